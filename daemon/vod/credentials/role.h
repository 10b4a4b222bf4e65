#pragma once

#include <memory>

#include "daemon/random.h"
#include "daemon/vod/credentials/provider.h"
#include "daemon/vod/credentials/sts.h"
#include "daemon/vod/redactor.h"

namespace vodcatalog {

/// A role that the owner of other credentials takes on: AssumeRole, signed by V1. Those are fetched
/// anew each time.
class Role final : public Provider {
public:
    /// `base`: whose credentials ask for the role; `redactor` is told of them before they are used.
    /// `sts` is its own; `random` and `redactor` must outlive it.
    Role(RoleSettings settings, std::unique_ptr<Provider> base, Sts sts, Random& random,
         Redactor& redactor)
        : Provider("role"),
          settings_(std::move(settings)),
          base_(std::move(base)),
          sts_(std::move(sts)),
          random_(random),
          redactor_(redactor) {}

    [[nodiscard]] bool changed() const override { return base_->changed(); }

private:
    [[nodiscard]] Grant ask() override;
    [[nodiscard]] Parameters signed_parameters(const Credentials& credentials, WallTime now);

    const RoleSettings settings_;
    const std::unique_ptr<Provider> base_;
    Sts sts_;
    Random& random_;
    Redactor& redactor_;
};

}  // namespace vodcatalog
