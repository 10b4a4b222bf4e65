#pragma once

#include <string>

namespace vodcatalog {

/// An access key, with a session token if it is a temporary one. A plain value; nothing prints it.
struct Credentials {
    std::string access_key_id;
    std::string access_key_secret;
    std::string security_token;  ///< Empty: a permanent key.

    bool operator==(const Credentials&) const = default;
};

}  // namespace vodcatalog
