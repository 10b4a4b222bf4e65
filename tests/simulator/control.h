#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "tests/simulator/account.h"
#include "tests/simulator/call_record.h"
#include "tests/simulator/fault_orders.h"
#include "tests/simulator/http_request.h"
#include "tests/simulator/key_ring.h"
#include "tests/simulator/served_record.h"
#include "tests/simulator/settings.h"
#include "tests/simulator/tally.h"

namespace simulator {

struct ControlReply {
    int http_status = 200;
    std::string body;  ///< JSON, always.
};

/// What a test may do to the cloud behind the API's back, and ask about it. GET / lists the routes.
/// Safe for any thread.
class Control {
public:
    static constexpr std::size_t kAddMax = 1'000'000;

    /// All must outlive it.
    Control(const Accounts& accounts, KeyRing& keys, Settings& settings, FaultOrders& orders,
            const ServedRecord& record, const CallRecord& calls, const Tally& tally)
        : accounts_(accounts),
          keys_(keys),
          settings_(settings),
          orders_(orders),
          record_(record),
          calls_(calls),
          tally_(tally) {}

    [[nodiscard]] ControlReply answer(const HttpRequest& request, std::int64_t now_ms);

private:
    [[nodiscard]] ControlReply read(const HttpRequest& request, std::int64_t now_ms);
    [[nodiscard]] ControlReply write(const HttpRequest& request, std::int64_t now_ms);
    [[nodiscard]] ControlReply add_images(const HttpRequest& request, std::int64_t now_ms);
    [[nodiscard]] ControlReply change_image(const std::string& id, const std::string& body,
                                            std::int64_t now_ms);
    [[nodiscard]] ControlReply remove_image(const std::string& id, std::int64_t now_ms);
    [[nodiscard]] ControlReply order_faults(const std::string& body);
    [[nodiscard]] ControlReply change_settings(const std::string& body, std::int64_t now_ms);
    [[nodiscard]] ControlReply truth(const HttpRequest& request, std::int64_t now_ms);
    [[nodiscard]] ControlReply calls(const HttpRequest& request, std::int64_t now_ms) const;
    [[nodiscard]] std::string stats(std::int64_t now_ms);
    /// The account in "?account=NAME", main if none is named; null if there is none such.
    [[nodiscard]] const Account* account_in(const HttpRequest& request) const;

    const Accounts& accounts_;
    KeyRing& keys_;
    Settings& settings_;
    FaultOrders& orders_;
    const ServedRecord& record_;
    const CallRecord& calls_;
    const Tally& tally_;
};

}  // namespace simulator
