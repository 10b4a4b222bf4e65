#pragma once

#include <functional>
#include <string>

namespace vodcatalog {

/// Reads a secret anew, so that one that was changed is taken up with the next message. Throws
/// catalog::Unusable with a sentence that does not hold it. Any thread.
using Secret = std::function<std::string()>;

}  // namespace vodcatalog
