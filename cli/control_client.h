#pragma once

#include <Poco/JSON/Object.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

namespace vodcatalog {

/// Posts the body to the daemon that listens at `socket` and returns its answer, waiting for
/// `patience` at most (as given, longer than the daemon lets its sync step take). Throws Failure:
/// no daemon there, no permission, or what the daemon complains of.
Poco::JSON::Object::Ptr ask_daemon(const std::filesystem::path& socket, const std::string& path,
                                   const std::string& body,
                                   std::chrono::seconds patience = std::chrono::seconds{10});

/// A number of the answer. Throws Failure where it has none.
[[nodiscard]] std::int64_t number_of(const Poco::JSON::Object& answer, const std::string& name);

}  // namespace vodcatalog
