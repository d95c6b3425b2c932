#include "http/work/event_producer.h"

#include <optional>
#include <utility>

#include "http/error_mapping.h"
#include "http/work/dispatcher.h"

namespace tabletalk::http {

void ProduceEvents(const Route& route, Call call, Execution& execution) {
  EventLog& log = *execution.events();
  std::optional<wire::DoneEvent> done;
  call.emit = [&](const wire::Event& event) {
    // Kept back until the handler has returned: it may still fail.
    if (const auto* last = std::get_if<wire::DoneEvent>(&event)) {
      done = *last;
      return;
    }
    if (!log.Append(event)) execution.cancel().Cancel();
    execution.Wake();
  };
  Outcome outcome = Invoke(route, call);
  if (const auto* failure = std::get_if<Failure>(&outcome)) {
    if (!IsRefusal(*failure) || !log.Refuse()) log.Fail(*failure);
  } else {
    log.Complete(std::move(done).value_or(wire::DoneEvent{}));
  }
  execution.Finish(std::move(outcome));
}

}  // namespace tabletalk::http
