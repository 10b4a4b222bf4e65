#pragma once

#include <Poco/JSON/Object.h>

#include <filesystem>
#include <string>

namespace vodcatalog {

/// Posts the body to the daemon that listens at `socket` and returns its answer, waiting some
/// seconds at most. Throws Failure: no daemon there, no permission, or what the daemon complains
/// of.
[[nodiscard]] Poco::JSON::Object::Ptr ask_daemon(const std::filesystem::path& socket,
                                                 const std::string& path, const std::string& body);

}  // namespace vodcatalog
