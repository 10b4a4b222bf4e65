#include "daemon/alerts/notice_text.h"

#include <fmt/format.h>

#include <utility>

namespace vodcatalog {

using catalog::CloseReason;
using catalog::Notice;
using catalog::NoticeCount;
using catalog::NoticeItem;
using catalog::NoticeKind;

namespace {

/// How an incident ended; only an answer can say that it is mended.
std::string_view end_of(CloseReason reason) {
    switch (reason) {
        case CloseReason::resolved:
            return "resolved";
        case CloseReason::failed:
            return "ended: the upload has failed";
        case CloseReason::gone:
            return "ended: the image does not exist any more";
        case CloseReason::untracked:
            return "no longer watched: it was untracked";
        case CloseReason::acknowledged:
            return "no longer watched: it was acknowledged";
        case CloseReason::expired:
            return "no longer watched: it was open for too long";
    }
    return "";
}

std::string_view word_of(const Notice& notice) {
    return notice.kind == NoticeKind::firing ? to_string(notice.severity())
                                             : to_string(notice.kind);
}

std::string heading(const NoticeCount& count) {
    std::string text = fmt::format("{}: {}", to_string(count.rule), count.incidents);
    switch (count.kind) {
        case NoticeKind::firing:
        case NoticeKind::digest:
        case NoticeKind::test:
            break;
        case NoticeKind::reminder:
            text += " still open";
            break;
        case NoticeKind::closed:
            text += " closed";
            break;
    }
    if (count.late > 0) {
        text += fmt::format(", of which {} came about while the cloud gave no answers", count.late);
    }
    return text;
}

void add_section(const Notice& notice, const NoticeCount& count, std::string& text) {
    text += heading(count) + "\n";
    const catalog::RuleText& rule = text_of(count.rule);
    if (count.kind != NoticeKind::closed) text += fmt::format("{}\n", rule.summary);
    std::int64_t listed = 0;
    for (const NoticeItem& item : notice.items) {
        if (item.rule != count.rule || item.kind != count.kind) continue;
        text += "- " + item_text(item) + "\n";
        ++listed;
    }
    if (listed < count.incidents) {
        text += fmt::format("and {} more, see the view open_incident and the table incident\n",
                            count.incidents - listed);
    }
    if (count.kind != NoticeKind::closed) text += fmt::format("What to do: {}\n", rule.runbook);
}

std::string subject(const NoticeItem& item) {
    std::string text = item.account.empty() ? std::string("the daemon") : item.account;
    if (!item.image_id.empty()) text += "/" + item.image_id;
    return text;
}

}  // namespace

std::string notice_title(const Notice& notice) {
    std::string text = fmt::format("[{}]", word_of(notice));
    if (notice.kind == NoticeKind::test) return text + " vodcatalog: channel " + notice.channel;
    if (notice.kind == NoticeKind::digest) {
        std::string_view before = " ";
        for (const NoticeCount& count : notice.counts) {
            text += fmt::format("{}{}", std::exchange(before, "; "), heading(count));
        }
        return text;
    }
    if (notice.items.empty()) return text;
    const NoticeItem& first = notice.items.front();
    text += fmt::format(" {}: {}", to_string(first.rule), subject(first));
    if (notice.incidents() > 1) text += fmt::format(" and {} more", notice.incidents() - 1);
    return text;
}

std::string item_text(const NoticeItem& item) {
    std::string text = subject(item);
    if (!item.title.empty()) text += fmt::format(" \"{}\"", item.title);
    const std::string since = catalog::to_iso_seconds(item.opened_at);
    if (item.kind != NoticeKind::closed) {
        text += (item.kind == NoticeKind::reminder ? " is still so, since " : " since ") + since;
        if (item.late) text += ", learned when the cloud answered again";
    } else {
        const std::string until = catalog::to_iso_seconds(item.closed_at.value_or(item.opened_at));
        // Whoever did not hear of its beginning must not take its end for good news of something.
        if (!item.told) text += " was so, and is over: it";
        text += fmt::format(" began at {}, {} at {}", since, end_of(item.reason), until);
    }
    if (!item.detail.empty()) text += ". " + item.detail;
    return text;
}

std::string notice_text(const Notice& notice) {
    if (notice.kind == NoticeKind::test) {
        return fmt::format(
            "This is a test of the channel {}, sent at {} because somebody asked for it. Nothing "
            "is wrong.\n",
            notice.channel, catalog::to_iso_seconds(notice.created_at));
    }
    std::string text;
    for (const NoticeCount& count : notice.counts) {
        if (!text.empty()) text += "\n";
        add_section(notice, count, text);
    }
    return text;
}

}  // namespace vodcatalog
