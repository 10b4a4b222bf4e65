#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace vodcatalog {

/// Whether `text` can be one of the names below: a host's name, an IPv4 address, or an IPv6 one
/// without brackets; no port.
[[nodiscard]] bool is_web_host(std::string_view text) noexcept;

/// By which names a server may be called, so that a page of somebody else, whose name leads to this
/// machine (DNS rebinding), cannot read it through a browser that runs here.
class AllowedHosts {
public:
    /// `names`, in any case, beside those of loopback.
    explicit AllowedHosts(const std::vector<std::string>& names);

    /// Whether a Host header ("NAME", "NAME:PORT", "[ADDRESS]:PORT") has one of the names, or the
    /// address that the connection came to. The port does not matter: tunnels have their own.
    [[nodiscard]] bool allow(std::string_view host, std::string_view came_to) const;

private:
    std::set<std::string> names_;
};

}  // namespace vodcatalog
