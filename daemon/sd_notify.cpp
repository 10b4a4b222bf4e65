#include "daemon/sd_notify.h"

#include <systemd/sd-daemon.h>

#include <cstdint>
#include <exception>
#include <string>

#include "daemon/clock.h"
#include "daemon/log_line.h"

namespace vodcatalog {
namespace {

constexpr std::size_t kStatusBytesMax = 512;

bool tell(const char* assignments) noexcept {
    return ::sd_notify(0, assignments) > 0;
}

}  // namespace

bool SdNotify::ready() const noexcept {
    return tell("READY=1");
}
bool SdNotify::stopping() const noexcept {
    return tell("STOPPING=1");
}
bool SdNotify::watchdog() const noexcept {
    return tell("WATCHDOG=1");
}

bool SdNotify::status(std::string_view text) const noexcept try {
    // What the cut leaves of a character at the end is replaced when escaping.
    return tell(("STATUS=" + escaped(text.substr(0, kStatusBytesMax))).c_str());
} catch (const std::exception&) {
    return false;
}

bool SdNotify::reloading() const noexcept try {
    const std::string now = std::to_string(monotonic_for_systemd().count());
    return tell(("RELOADING=1\nMONOTONIC_USEC=" + now).c_str());
} catch (const std::exception&) {
    return false;
}

bool SdNotify::extend_timeout(std::chrono::microseconds more) const noexcept try {
    return tell(("EXTEND_TIMEOUT_USEC=" + std::to_string(more.count())).c_str());
} catch (const std::exception&) {
    return false;
}

std::optional<std::chrono::microseconds> SdNotify::watchdog_interval() const noexcept {
    std::uint64_t microseconds = 0;
    if (::sd_watchdog_enabled(0, &microseconds) <= 0) return std::nullopt;
    return std::chrono::microseconds{microseconds};
}

}  // namespace vodcatalog
