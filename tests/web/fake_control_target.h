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

    std::vector<std::string> told;  ///< "gone main"; "gone ?" without an account.
    std::int64_t images = 7;
    bool is_trouble = false;

private:
    Accepted take(const std::string& what, const AccountName& account) {
        told.push_back(what + " " + account.value_or("?"));
        if (is_trouble) throw catalog::Retryable("the disk is full; make room");
        if (account == "nobody") throw ControlError(404, "account nobody: there is none");
        return {account.value_or("main"), images};
    }
};

}  // namespace vodcatalog
