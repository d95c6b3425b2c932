#include "http/routes/routes.h"

#include <string_view>
#include <utility>

#include "http/routes/data_service.h"
#include "http/routes/listings.h"
#include "http/routes/tellings.h"
#include "http/routes/typed_route.h"

namespace tabletalk::http {

// clang-format off
std::vector<Route> RoutesOf(const runs::Services& services, std::shared_ptr<StatusService> status, std::string scratch) {
  using runs::AskService, runs::DraftService, runs::RunService;
  const auto& [ask, runs, drafts, datasets, readiness] = services;
  const auto data = std::make_shared<DataService>(runs, std::move(scratch));
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
      //                                                                            lane, scope, rate, Idempotency-Key, events, errors
      RouteRow("GET", "/healthz", status, &StatusService::GetHealth,                {here, open, unlimited, false, {}, none}),
      RouteRow("GET", "/version", status, &StatusService::GetVersion,               {here, open, unlimited, false, {}, none}),
      RouteRow("GET", "/readyz", status, &StatusService::GetReadiness,              {lookup, open, unlimited, false, {}, {unavailable}}, TellReadiness()),

      RouteRow("GET", "/datasets", datasets, &ListDatasets,                         {lookup, read, unlimited, false, {}, none}),
      RouteRow("GET", "/datasets/{id}/schema", datasets, &GetSchema,                {work, read, unlimited, false, {}, found}),

      RouteRow("POST", "/chat", ask, &AskService::Ask,                              {conversation, run, unlimited, true, if_accepted, asked}, TellAnswer()),
      RouteRow("POST", "/chat/stream", ask, &AskService::Ask,                       {conversation, run, unlimited, true, always, asked}, TellAnswer()),
      RouteRow("GET", "/chat/stream", ask, &NoStreamNamed,                          {here, run, unlimited, false, resumed, found}),
      RouteRow("GET", "/threads", ask, &ListThreads,                                {lookup, read, unlimited, false, {}, none}),
      RouteRow("GET", "/threads/{id}/messages", ask, &ListMessages,                 {lookup, read, unlimited, false, {}, found}),
      RouteRow("DELETE", "/threads/{id}", ask, &DeleteThread,                       {lookup, run, unlimited, false, {}, found}),
      RouteRow("GET", "/messages/{id}/egress", ask, &GetEgress,                     {lookup, read, unlimited, false, {}, found}),

      RouteRow("POST", "/runs", runs, &RunService::Run,                             {work, run, unlimited, true, {}, ran}, TellRun()),
      RouteRow("GET", "/runs", runs, &ListRuns,                                     {lookup, read, unlimited, false, {}, none}),
      RouteRow("GET", "/runs/{id}", runs, &GetRun,                                  {lookup, read, unlimited, false, {}, found}),
      RouteRow("GET", "/runs/{id}/status", runs, &GetRunState,                      {lookup, read, unlimited, false, {}, found}),
      RouteRow("DELETE", "/runs/{id}", runs, &CancelRun,                            {lookup, run, unlimited, false, {}, ended}),
      RouteRow("GET", "/api/data/{run_id}", data, &DataService::Get,                {work, read, unlimited, false, {}, exported}),

      RouteRow("POST", "/ai/execute", drafts, &DraftService::Execute,               {work, run, execute, false, {}, ran}),
      RouteRow("POST", "/calculate/advanced/execute", drafts, &DraftService::Execute,{work, run, execute, false, {}, ran}),
      RouteRow("POST", "/ai/validate/python", drafts, &CheckCalculation,            {work, run, unlimited, false, {}, {forbidden}}),
      RouteRow("POST", "/ai/validate/sql", drafts, &DraftService::ValidateSql,      {work, run, unlimited, false, {}, none}),

      RouteRow("POST", "/query-understanding", drafts, &DraftService::Understand,   {conversation, run, unlimited, false, {}, found}),
      RouteRow("POST", "/generate-ui", drafts, &DraftService::View,                 {conversation, run, unlimited, true, if_accepted, drafted}, TellView()),
      RouteRow("POST", "/ai/codegen", drafts, &DraftService::Code,                  {conversation, run, codegen, false, {}, drafted}),
      RouteRow("POST", "/calculate/advanced", drafts, &DraftService::Calculation,   {conversation, run, codegen, false, {}, drafted}),
      RouteRow("POST", "/ai/sql", drafts, &DraftService::Sql,                       {conversation, run, sql, false, {}, drafted}),
      RouteRow("POST", "/calculate/sql", drafts, &DraftService::CalculateSql,       {conversation, run, sql, false, {}, drafted}),
  };
}
// clang-format on

std::shared_ptr<StatusService> MakeStatus(const runs::Services& services,
                                          std::shared_ptr<base::Clock> clock) {
  return std::make_shared<StatusService>(ThisBuild(), services.readiness, std::move(clock));
}

}  // namespace tabletalk::http
