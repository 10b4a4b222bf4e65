#pragma once

#include <stdexcept>
#include <string>

#include "catalog/image.h"

namespace simulator {

/// A change that cannot be made; the message names the member.
class BadChange : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Alters members of `image` as `json` says: an object of the API's names, Mezzanine's nested. null
/// takes a member away, an unknown name becomes an unknown member, ImageId is left alone. Throws
/// BadChange for what is no JSON object and for a value of the wrong kind; then some members may
/// have been altered.
void change_members(catalog::Image& image, const std::string& json);

}  // namespace simulator
