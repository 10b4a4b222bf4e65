#include "catalog/notice.h"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace catalog {
namespace {

constexpr std::array kKinds{NoticeKind::firing, NoticeKind::reminder, NoticeKind::closed,
                            NoticeKind::digest, NoticeKind::test};

}  // namespace

std::string_view to_string(NoticeKind kind) noexcept {
    switch (kind) {
        case NoticeKind::firing:
            return "firing";
        case NoticeKind::reminder:
            return "reminder";
        case NoticeKind::closed:
            return "closed";
        case NoticeKind::digest:
            return "digest";
        case NoticeKind::test:
            return "test";
    }
    return "";
}

NoticeKind notice_kind_of(std::string_view text) {
    for (const NoticeKind kind : kKinds) {
        if (to_string(kind) == text) return kind;
    }
    throw std::logic_error("notice.kind is " + std::string(text));
}

Severity Notice::severity() const noexcept {
    Severity most = Severity::information;
    for (const NoticeCount& count : counts) most = std::min(most, text_of(count.rule).severity);
    return most;
}

Notice test_notice(std::string_view channel, WallTime now) {
    Notice notice;
    notice.channel = channel;
    notice.kind = NoticeKind::test;
    notice.key = "test-" + std::to_string(to_ms(now)) + "-" + std::string(channel);
    notice.created_at = now;
    return notice;
}

std::string catalog_full_key(std::string_view channel, WallTime since) {
    return "catalog_full-" + std::to_string(to_ms(since)) + "-" + std::string(channel);
}

}  // namespace catalog
