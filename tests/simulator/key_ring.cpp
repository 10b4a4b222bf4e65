#include "tests/simulator/key_ring.h"

#include <algorithm>

#include "tests/simulator/dice.h"
#include "tests/simulator/history.h"

namespace simulator {

void KeyRing::add(const vodcatalog::Credentials& credentials, std::size_t account) {
    const std::scoped_lock lock(mutex_);
    keys_[credentials.access_key_id] = {credentials, account, 0};
}

Key KeyRing::issue(std::size_t account, std::int64_t expires_at) {
    const std::scoped_lock lock(mutex_);
    Dice dice(seed_, "temporary key", issued_++);
    Key key;
    key.account = account;
    key.expires_at = expires_at;
    key.credentials.access_key_id = "STS.N" + make_image_id(dice.bits(), 0).substr(0, 24);
    key.credentials.access_key_secret = make_image_id(dice.bits(), 0);
    // Base64 letters that have to be encoded in a query, as real tokens have them.
    key.credentials.security_token =
        "CAIS" + make_image_id(dice.bits(), 0) + "+/" + make_image_id(dice.bits(), 1) + "==";
    if (temporary_.size() >= kTemporaryMax) {
        ids_by_token_.erase(keys_[temporary_.front()].credentials.security_token);
        keys_.erase(temporary_.front());
        temporary_.pop_front();
    }
    temporary_.push_back(key.credentials.access_key_id);
    ids_by_token_[key.credentials.security_token] = key.credentials.access_key_id;
    keys_[key.credentials.access_key_id] = key;
    return key;
}

std::optional<Key> KeyRing::find(std::string_view access_key_id) const {
    const std::scoped_lock lock(mutex_);
    const auto found = keys_.find(std::string{access_key_id});
    return found == keys_.end() ? std::nullopt : std::optional{found->second};
}

bool KeyRing::knows_token(std::string_view token) const {
    const std::scoped_lock lock(mutex_);
    return ids_by_token_.contains(std::string{token});
}

void KeyRing::expire_all(std::int64_t now_ms) {
    const std::scoped_lock lock(mutex_);
    for (const std::string& id : temporary_) {
        keys_[id].expires_at = std::min(keys_[id].expires_at, now_ms);
    }
}

}  // namespace simulator
