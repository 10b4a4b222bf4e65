#include "daemon/service_control.h"

#include <chrono>
#include <future>
#include <utility>

#include "daemon/sync/sync.h"

namespace vodcatalog {
namespace {

constexpr std::chrono::seconds kPatience{5};
/// The longest `timeout` of a channel, and what may be under way before it.
constexpr std::chrono::seconds kChannelPatience{245};

template <typename Result>
Result outcome_of(std::future<Result>& future, std::chrono::seconds patience) {
    if (future.wait_for(patience) != std::future_status::ready) {
        throw ControlError(504,
                           "the daemon has taken the command but is too busy to answer now; its "
                           "log tells when it is done");
    }
    try {
        return future.get();
    } catch (const std::future_error&) {
        throw ControlError(503, "the settings were being read again; try again");
    }
}

}  // namespace

ControlTarget::Accepted ServiceControl::accept_gone(const AccountName& account) {
    return give(&Service::accept_gone, account);
}

ControlTarget::Accepted ServiceControl::accept_untrack(const AccountName& account) {
    return give(&Service::accept_untrack, account);
}

std::int64_t ServiceControl::silence(const catalog::Silence& silence,
                                     std::chrono::milliseconds lasting) {
    if (silence.account) {
        with_service([&](Service& service) { service.check_account(*silence.account); });
    }
    return command([silence, lasting](Sync& sync) { return sync.silence(silence, lasting); });
}

bool ServiceControl::end_silence(std::int64_t silence_id) {
    return command([silence_id](Sync& sync) { return sync.end_silence(silence_id) ? 1 : 0; }) != 0;
}

bool ServiceControl::acknowledge(std::int64_t incident_id) {
    return command([incident_id](Sync& sync) { return sync.acknowledge(incident_id) ? 1 : 0; }) !=
           0;
}

ControlTarget::Trial ServiceControl::try_channel(const std::string& channel) {
    std::future<Delivery> future;
    with_service([&](Service& service) { future = service.try_channel(channel); });
    const Delivery delivery = outcome_of(future, kChannelPatience);
    return {delivery.kind == Delivery::Kind::delivered, delivery.kind == Delivery::Kind::refused,
            delivery.error};
}

void ServiceControl::with_service(const std::function<void(Service&)>& work) {
    if (!with_service_(work)) {
        throw ControlError(503, "the daemon is starting or ending; try again");
    }
}

ControlTarget::Accepted ServiceControl::give(Order order, const AccountName& account) {
    Service::Order given;
    with_service([&](Service& service) { given = (service.*order)(account); });
    return {given.account, outcome_of(given.images, kPatience)};
}

std::int64_t ServiceControl::command(std::function<std::int64_t(Sync&)> work) {
    std::future<std::int64_t> future;
    with_service([&](Service& service) { future = service.command(std::move(work)); });
    return outcome_of(future, kPatience);
}

}  // namespace vodcatalog
