#include "daemon/service_control.h"

#include <chrono>
#include <future>

namespace vodcatalog {
namespace {

constexpr std::chrono::seconds kPatience{5};

}  // namespace

ControlTarget::Accepted ServiceControl::accept_gone(const AccountName& account) {
    return give(&Service::accept_gone, account);
}

ControlTarget::Accepted ServiceControl::accept_untrack(const AccountName& account) {
    return give(&Service::accept_untrack, account);
}

ControlTarget::Accepted ServiceControl::give(Order order, const AccountName& account) {
    Service::Order given;
    const bool there = with_service_([&](Service& service) { given = (service.*order)(account); });
    if (!there) throw ControlError(503, "the daemon is starting or ending; try again");
    if (given.images.wait_for(kPatience) != std::future_status::ready) {
        throw ControlError(504,
                           "the daemon has taken the command but is too busy to answer now; its "
                           "log tells when it is done");
    }
    try {
        return {given.account, given.images.get()};
    } catch (const std::future_error&) {
        throw ControlError(503, "the settings were being read again; try again");
    }
}

}  // namespace vodcatalog
