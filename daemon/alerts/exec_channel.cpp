#include "daemon/alerts/exec_channel.h"

#include <fmt/format.h>

#include <system_error>
#include <utility>

#include "daemon/alerts/child_process.h"
#include "daemon/alerts/notice_json.h"

namespace vodcatalog {
namespace {

std::string with_errors(const std::string& text, const std::string& errors) {
    return errors.empty() ? text : text + ": " + errors;
}

}  // namespace

ExecChannel::ExecChannel(ExecSettings settings, DeadlineWatch& watch)
    : settings_(std::move(settings)), slot_(watch) {}

Delivery ExecChannel::deliver(const catalog::Notice& notice) {
    const std::string& program = settings_.command.front();
    const auto later = [&](const std::string& text) {
        return Delivery{Delivery::Kind::retry_later, program + " " + text, {}};
    };
    ChildResult result;
    try {
        result = run_child(settings_.command, notice_json(notice), settings_.timeout, slot_);
    } catch (const std::system_error& error) {
        return later(fmt::format("cannot be started: {}", error.what()));
    }
    switch (result.kind) {
        case ChildResult::Kind::not_started:
            return later(
                fmt::format("cannot be started: {}", std::generic_category().message(result.code)));
        case ChildResult::Kind::killed:
            return later(
                with_errors(fmt::format("was killed by signal {}", result.code), result.errors));
        case ChildResult::Kind::late:
            return later(with_errors(
                fmt::format("did not end within {} ms and was killed", settings_.timeout.count()),
                result.errors));
        case ChildResult::Kind::stopped:
            return later("was killed, for shutdown");
        case ChildResult::Kind::exited:
            break;
    }
    if (result.code == 0) return {};
    Delivery delivery =
        later(with_errors(fmt::format("ended with status {}", result.code), result.errors));
    if (result.code == kNever) delivery.kind = Delivery::Kind::refused;
    return delivery;
}

}  // namespace vodcatalog
