#pragma once

#include <functional>

#include "daemon/service.h"
#include "daemon/web/control.h"

namespace vodcatalog {

/// Carries an operator's commands to whatever Service runs now, and waits for its answer. Safe for
/// any thread.
class ServiceControl final : public ControlTarget {
public:
    /// Calls its argument with the service that runs now, which stays until that returns; does
    /// nothing and returns false while there is none. Safe for any thread.
    using WithService = std::function<bool(const std::function<void(Service&)>&)>;

    explicit ServiceControl(WithService with_service) : with_service_(std::move(with_service)) {}

    Accepted accept_gone(const AccountName& account) override;
    Accepted accept_untrack(const AccountName& account) override;
    std::int64_t silence(const catalog::Silence& silence,
                         std::chrono::milliseconds lasting) override;
    bool end_silence(std::int64_t silence_id) override;
    bool acknowledge(std::int64_t incident_id) override;
    Trial try_channel(const std::string& channel) override;

private:
    using Order = Service::Order (Service::*)(const AccountName&);
    Accepted give(Order order, const AccountName& account);
    void with_service(const std::function<void(Service&)>& work);
    std::int64_t command(std::function<std::int64_t(Sync&)> work);

    WithService with_service_;
};

}  // namespace vodcatalog
