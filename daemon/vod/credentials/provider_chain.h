#pragma once

#include <memory>
#include <vector>

#include "daemon/vod/credentials/provider.h"

namespace vodcatalog {

/// Several providers, asked in their order. The first that has something to give is the only one
/// asked from then on, as in the cloud's own libraries: an account does not change who it is by
/// itself.
class ProviderChain final : public Provider {
public:
    /// At least one.
    explicit ProviderChain(std::vector<std::unique_ptr<Provider>> providers);

    [[nodiscard]] bool gives_at_once() const override;
    [[nodiscard]] bool changed() const override;

private:
    [[nodiscard]] Grant ask() override;

    const std::vector<std::unique_ptr<Provider>> providers_;
    Provider* chosen_ = nullptr;
};

}  // namespace vodcatalog
