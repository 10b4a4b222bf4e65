#pragma once

#include <string>
#include <vector>

#include "catalog/error.h"
#include "daemon/web/control.h"

namespace vodcatalog {

/// Notes what it is told; says what it is made to.
class FakeControlTarget final : public ControlTarget {
public:
    Accepted accept_gone(const AccountName& account) override { return take("gone", account); }
    Accepted accept_untrack(const AccountName& account) override {
        return take("untrack", account);
    }
    std::int64_t silence(const catalog::Silence& silence,
                         std::chrono::milliseconds lasting) override {
        told.push_back("silence " + silence.rule.value_or("?") + "/" +
                       silence.account.value_or("?") + "/" + silence.image_id.value_or("?") + "/" +
                       silence.category.value_or("?") + "/" + silence.tag.value_or("?") + "/" +
                       silence.storage_location.value_or("?") + " " +
                       std::to_string(lasting.count() / 1'000) + " " + silence.comment);
        return 3;
    }
    bool end_silence(std::int64_t silence_id) override { return number("unsilence", silence_id); }
    bool acknowledge(std::int64_t incident_id) override { return number("ack", incident_id); }
    Trial try_channel(const std::string& channel) override {
        told.push_back("test " + channel);
        if (channel == "nobody") throw ControlError(404, "channel nobody: there is none");
        return trial;
    }

    std::vector<std::string> told;  ///< "gone main"; "gone ?" without an account ...
    std::int64_t images = 7;
    bool is_there = true;  ///< A silence, an incident.
    Trial trial{true, false, ""};
    bool is_trouble = false;

private:
    bool number(const std::string& what, std::int64_t id) {
        told.push_back(what + " " + std::to_string(id));
        return is_there;
    }
    Accepted take(const std::string& what, const AccountName& account) {
        told.push_back(what + " " + account.value_or("?"));
        if (is_trouble) throw catalog::Retryable("the disk is full; make room");
        if (account == "nobody") throw ControlError(404, "account nobody: there is none");
        return {account.value_or("main"), images};
    }
};

}  // namespace vodcatalog
