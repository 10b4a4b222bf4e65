#include "daemon/vod/credentials/provider_chain.h"

#include <cassert>
#include <string>

#include "catalog/error.h"

namespace vodcatalog {

ProviderChain::ProviderChain(std::vector<std::unique_ptr<Provider>> providers)
    : Provider(""), providers_(std::move(providers)) {
    assert(!providers_.empty());
}

bool ProviderChain::gives_at_once() const {
    return (chosen_ != nullptr ? *chosen_ : *providers_.front()).gives_at_once();
}

bool ProviderChain::changed() const {
    return chosen_ != nullptr && chosen_->changed();
}

Grant ProviderChain::ask() {
    if (chosen_ != nullptr) return chosen_->fetch();
    std::string faults;
    bool may_pass = false;
    for (const auto& provider : providers_) {
        try {
            Grant grant = provider->fetch();
            chosen_ = provider.get();
            grant.passed_over = std::move(faults);
            return grant;
        } catch (const catalog::Error& error) {
            may_pass = may_pass || dynamic_cast<const catalog::Retryable*>(&error) != nullptr;
            if (!faults.empty()) faults += "; ";
            faults += error.what();
        }
    }
    if (may_pass) throw catalog::Retryable(faults);
    throw catalog::Refused(faults);
}

}  // namespace vodcatalog
