#include "catalog/stable_url.h"

#include <array>
#include <utility>

namespace catalog {
namespace {

/// What a member of the query is to a signature.
enum class Role {
    none,
    secret,         ///< Part of a signature by itself.
    oss,            ///< The same, and takes Expires with it.
    x_oss,          ///< The same, and takes its x-oss- companions with it.
    oss_companion,  ///< Part of a signature only beside one of role oss.
    x_oss_companion,
};

struct Name {
    std::string_view text;  ///< Lower case.
    Role role;
};
constexpr std::array kNames{
    Name{"auth_key", Role::secret},
    Name{"security-token", Role::secret},
    Name{"x-oss-security-token", Role::secret},
    Name{"ossaccesskeyid", Role::oss},
    Name{"signature", Role::oss},
    Name{"x-oss-signature", Role::x_oss},
    Name{"x-oss-credential", Role::x_oss},
    Name{"x-oss-access-key-id", Role::x_oss},
    Name{"expires", Role::oss_companion},
    Name{"x-oss-date", Role::x_oss_companion},
    Name{"x-oss-expires", Role::x_oss_companion},
    Name{"x-oss-signature-version", Role::x_oss_companion},
    Name{"x-oss-additional-headers", Role::x_oss_companion},
};

int hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// Takes one character off the front of `text`, percent-decoded and in lower case.
char take_lower(std::string_view& text) noexcept {
    char c = text.front();
    std::size_t size = 1;
    if (c == '%' && text.size() >= 3) {
        const int high = hex_digit(text[1]), low = hex_digit(text[2]);
        if (high >= 0 && low >= 0) {
            c = static_cast<char>(high * 16 + low);
            size = 3;
        }
    }
    text.remove_prefix(size);
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_name(std::string_view text, std::string_view lower_name) noexcept {
    for (const char expected : lower_name) {
        if (text.empty() || take_lower(text) != expected) return false;
    }
    return text.empty();
}

Role role_of(std::string_view member) noexcept {
    const std::string_view name = member.substr(0, member.find('='));
    for (const Name& known : kNames) {
        if (is_name(name, known.text)) return known.role;
    }
    return Role::none;
}

/// Takes the first member off `query`, with the separator behind it if there is one.
std::pair<std::string_view, std::string_view> take_member(std::string_view& query) noexcept {
    const std::size_t end = query.find_first_of("&?;");
    const std::string_view member = query.substr(0, end);
    const std::string_view separator = end == std::string_view::npos ? "" : query.substr(end, 1);
    query.remove_prefix(member.size() + separator.size());
    return {member, separator};
}

/// Which kinds of signature a query has.
struct Found {
    bool any = false, oss = false, x_oss = false;

    [[nodiscard]] bool takes_off(Role role) const noexcept {
        switch (role) {
            case Role::none:
                return false;
            case Role::secret:
            case Role::oss:
            case Role::x_oss:
                return true;
            case Role::oss_companion:
                return oss;
            case Role::x_oss_companion:
                return x_oss;
        }
        return false;
    }
};

Found find_signatures(std::string_view query) noexcept {
    Found found;
    while (!query.empty()) {
        const Role role = role_of(take_member(query).first);
        found.oss |= role == Role::oss;
        found.x_oss |= role == Role::x_oss;
        found.any |= role == Role::secret || role == Role::oss || role == Role::x_oss;
    }
    return found;
}

}  // namespace

bool stable_url(std::string_view url, std::string& out) {
    const std::size_t mark = url.find('?');
    const std::size_t begin = mark == std::string_view::npos ? url.size() : mark + 1;
    const std::size_t end = std::min(url.find('#', begin), url.size());
    std::string_view query = url.substr(begin, end - begin);
    const Found found = find_signatures(query);
    if (!found.any) {
        out.assign(url);
        return false;
    }
    out.assign(url.substr(0, mark));
    std::string_view separator = "?";  // before the next member that stays
    while (!query.empty()) {
        const auto [member, next_separator] = take_member(query);
        if (found.takes_off(role_of(member))) continue;
        out += separator;
        out += member;
        separator = next_separator;
    }
    out += url.substr(end);
    return true;
}

}  // namespace catalog
