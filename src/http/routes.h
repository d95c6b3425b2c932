// The table of routes: what is served, one row each.
//
// A new route is a struct for its request (and one for its reply), a member of a service, and a row
// here; docs/api.md must name it. The table is for any types that have the members it names: the
// product's services (product_routes.h), or those of a test.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "http/data_service.h"
#include "http/listings.h"
#include "http/status_service.h"
#include "http/tellings.h"
#include "http/typed_route.h"

namespace tabletalk::http {

template <class Ask, class Runs, class Drafts>
struct Services {
  std::shared_ptr<Ask> ask;        ///< Questions and conversations.
  std::shared_ptr<Runs> runs;      ///< Runs, code that comes along, datasets.
  std::shared_ptr<Drafts> drafts;  ///< What is written without being run as an answer.
  std::shared_ptr<DataService<Runs>> data;
  std::shared_ptr<StatusService> status;
};

// Reached only without a Last-Event-ID: the rest of a stream is sent without asking a handler.
template <class Ask>
base::Result<NoRequest> NoStreamNamed(Ask&, const NoRequest&) {
  return base::InvalidArgument(
      "Last-Event-ID is missing: this route gives the rest of a stream that POST /chat/stream "
      "began");
}

// clang-format off
template <class Ask, class Runs, class Drafts>
std::vector<Route> RoutesOf(const Services<Ask, Runs, Drafts>& services) {
  const auto& [ask, runs, drafts, data, status] = services;
  using enum Lane;
  using enum base::ErrorCode;
  constexpr auto open = Scope::open, read = Scope::read, run = Scope::run;
  constexpr auto if_accepted = Streams::if_accepted, always = Streams::always, resumed = Streams::resumed;
  constexpr std::string_view codegen = "/ai/codegen", sql = "/ai/sql", execute = "/ai/execute", unlimited = "";
  const std::vector<base::ErrorCode> none, found = {not_found}, ended = {not_found, conflict};
  const std::vector<base::ErrorCode> asked = {not_found, conflict, rejected, execution_failed, unavailable};
  const std::vector<base::ErrorCode> ran = {not_found, rejected, forbidden, execution_failed};
  const std::vector<base::ErrorCode> drafted = {forbidden, rejected, unavailable};
  const std::vector<base::ErrorCode> exported = {not_found, conflict, execution_failed};
  return {
      //                                                                        lane, scope, rate, Idempotency-Key, events, errors
      RouteRow("GET", "/healthz", status, &StatusService::GetHealth,            {here, open, unlimited, false, {}, none}),
      RouteRow("GET", "/version", status, &StatusService::GetVersion,           {here, open, unlimited, false, {}, none}),
      RouteRow("GET", "/readyz", status, &StatusService::GetReadiness,          {lookup, open, unlimited, false, {}, {unavailable}}, TellReadiness()),

      RouteRow("GET", "/datasets", runs, &ListDatasets<Runs>,                   {lookup, read, unlimited, false, {}, none}),
      RouteRow("GET", "/datasets/{id}/schema", runs, &GetSchema<Runs>,          {work, read, unlimited, false, {}, found}),

      RouteRow("POST", "/chat", ask, &Ask::Chat,                                {conversation, run, unlimited, true, if_accepted, asked}, TellAnswer()),
      RouteRow("POST", "/chat/stream", ask, &Ask::Chat,                         {conversation, run, unlimited, true, always, asked}, TellAnswer()),
      RouteRow("GET", "/chat/stream", ask, &NoStreamNamed<Ask>,                 {here, run, unlimited, false, resumed, found}),
      RouteRow("GET", "/threads", ask, &ListThreads<Ask>,                       {lookup, read, unlimited, false, {}, none}),
      RouteRow("GET", "/threads/{id}/messages", ask, &ListMessages<Ask>,        {lookup, read, unlimited, false, {}, found}),
      RouteRow("DELETE", "/threads/{id}", ask, &DeleteThread<Ask>,              {lookup, run, unlimited, false, {}, found}),
      RouteRow("GET", "/messages/{id}/egress", ask, &GetEgress<Ask>,            {lookup, read, unlimited, false, {}, found}),

      RouteRow("POST", "/runs", runs, &Runs::Execute,                           {work, run, unlimited, true, {}, ran}, TellRun()),
      RouteRow("GET", "/runs", runs, &ListRuns<Runs>,                           {lookup, read, unlimited, false, {}, none}),
      RouteRow("GET", "/runs/{id}", runs, &GetRun<Runs>,                        {lookup, read, unlimited, false, {}, found}),
      RouteRow("GET", "/runs/{id}/status", runs, &GetRunState<Runs>,            {lookup, read, unlimited, false, {}, found}),
      RouteRow("DELETE", "/runs/{id}", runs, &CancelRun<Runs>,                  {lookup, run, unlimited, false, {}, ended}),
      RouteRow("GET", "/api/data/{run_id}", data, &DataService<Runs>::Get,      {work, read, unlimited, false, {}, exported}),

      RouteRow("POST", "/ai/execute", runs, &Runs::ExecuteCode,                 {work, run, execute, false, {}, ran}),
      RouteRow("POST", "/calculate/advanced/execute", runs, &Runs::ExecuteCode, {work, run, execute, false, {}, ran}),
      RouteRow("POST", "/ai/validate/python", runs, &CheckCalculation<Runs>,     {work, run, unlimited, false, {}, {forbidden}}),
      RouteRow("POST", "/ai/validate/sql", runs, &Runs::ValidateSql,            {work, run, unlimited, false, {}, none}),

      RouteRow("POST", "/query-understanding", drafts, &Drafts::Understand,     {conversation, run, unlimited, false, {}, found}),
      RouteRow("POST", "/generate-ui", drafts, &Drafts::GenerateUi,             {conversation, run, unlimited, true, if_accepted, drafted}, TellView()),
      RouteRow("POST", "/ai/codegen", drafts, &Drafts::DraftCode,               {conversation, run, codegen, false, {}, drafted}),
      RouteRow("POST", "/calculate/advanced", drafts, &Drafts::DraftCalculation, {conversation, run, codegen, false, {}, drafted}),
      RouteRow("POST", "/ai/sql", drafts, &Drafts::DraftSql,                    {conversation, run, sql, false, {}, drafted}),
      RouteRow("POST", "/calculate/sql", drafts, &Drafts::CalculateSql,         {conversation, run, sql, false, {}, drafted}),
  };
}
// clang-format on

}  // namespace tabletalk::http
