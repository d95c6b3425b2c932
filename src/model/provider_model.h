// A model behind a provider: what is the same for all of them.
//
// One call of Chat is one request, or a few where the server refuses the form of the first
// (model/dialect.h): what was learnt is kept for all later ones. Each request is told to on_egress
// before it is sent. A server that refuses tools is asked in words from then on
// (model/json_mode.h); one that passes a call on as text is understood (model/salvage.h).
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "model/provider_error.h"
#include "model/provider_format.h"
#include "model/providers.h"

namespace tabletalk::model {

class ProviderModel final : public ChatModel {
 public:
  ProviderModel(Endpoint endpoint, std::shared_ptr<net::HttpClient> client,
                std::shared_ptr<const ProviderFormat> format);

  base::Result<Response> Chat(const Request& request, const Context& context) override;
  std::string provider() const override { return format_->provider(); }
  std::string name() const override { return endpoint_.model; }
  Abilities abilities() const override;

 private:
  struct Attempt;

  Dialect CurrentDialect() const;
  void Learn(const Dialect& dialect);
  /// As it goes out: in words where the server is not asked otherwise.
  Request Prepare(const Request& request, const Dialect& dialect) const;
  void Exchange(Attempt& attempt, const Context& context) const;
  net::HttpRequest MakeHttpRequest(const Context& context, std::string body) const;
  base::Result<Response> Conclude(Attempt& attempt, const Request& request,
                                  const Context& context) const;

  const Endpoint endpoint_;
  const std::shared_ptr<net::HttpClient> client_;
  const std::shared_ptr<const ProviderFormat> format_;
  const std::string url_;
  const Origin origin_;
  mutable std::mutex mutex_;
  Dialect dialect_;
};

}  // namespace tabletalk::model
