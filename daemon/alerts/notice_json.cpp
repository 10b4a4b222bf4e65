#include "daemon/alerts/notice_json.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSONString.h>

#include <sstream>
#include <string_view>
#include <utility>

#include "daemon/alerts/notice_text.h"
#include "daemon/vod/utf8.h"

namespace vodcatalog {

using catalog::Notice;
using catalog::NoticeCount;
using catalog::NoticeItem;
using catalog::NoticeKind;
using Poco::JSON::Array;
using Poco::JSON::Object;

namespace {

constexpr int kVersion = 1;

std::string repaired(std::string text) {
    repair_utf8(text);
    return text;
}

void set_text(Object& object, const std::string& name, std::string_view text) {
    object.set(name, repaired(std::string(text)));
}

/// Leaves out what there is not.
void set_known(Object& object, const std::string& name, const std::string& text) {
    if (!text.empty()) set_text(object, name, text);
}

Object object_of(const NoticeCount& count) {
    Object object(Poco::JSON_PRESERVE_KEY_ORDER);
    const catalog::RuleText& rule = text_of(count.rule);
    set_text(object, "kind", to_string(count.kind));
    set_text(object, "rule", rule.name);
    set_text(object, "severity", to_string(rule.severity));
    object.set("incidents", count.incidents);
    object.set("late", count.late);
    set_text(object, "summary", rule.summary);
    set_text(object, "runbook", rule.runbook);
    return object;
}

Object object_of(const NoticeItem& item) {
    Object object(Poco::JSON_PRESERVE_KEY_ORDER);
    object.set("incident_id", item.incident_id);
    set_text(object, "kind", to_string(item.kind));
    set_text(object, "rule", to_string(item.rule));
    set_text(object, "severity", to_string(text_of(item.rule).severity));
    set_known(object, "account", item.account);
    set_known(object, "image_id", item.image_id);
    set_known(object, "title", item.title);
    set_text(object, "opened_at", catalog::to_iso(item.opened_at));
    object.set("late", item.late);
    if (item.kind == NoticeKind::closed) {
        set_text(object, "closed_at", catalog::to_iso(item.closed_at.value_or(item.opened_at)));
        set_text(object, "close_reason", to_string(item.reason));
        object.set("told", item.told);
    }
    set_known(object, "detail", item.detail);
    set_text(object, "text", item_text(item));
    return object;
}

}  // namespace

std::string notice_json(const Notice& notice) {
    Object object(Poco::JSON_PRESERVE_KEY_ORDER);
    object.set("version", kVersion);
    set_text(object, "key", notice.key);
    set_text(object, "channel", notice.channel);
    set_text(object, "kind", to_string(notice.kind));
    set_text(object, "severity", to_string(notice.severity()));
    set_text(object, "created_at", catalog::to_iso(notice.created_at));
    object.set("attempt", notice.attempts + 1);
    set_text(object, "title", notice_title(notice));
    set_text(object, "text", notice_text(notice));
    object.set("incidents", notice.incidents());
    Array counts;
    for (const NoticeCount& count : notice.counts) counts.add(object_of(count));
    object.set("counts", counts);
    Array items;
    for (const NoticeItem& item : notice.items) items.add(object_of(item));
    object.set("items", items);
    std::ostringstream out;
    object.stringify(out);
    return out.str();
}

std::string json_string_content(std::string text) {
    return Poco::toJSON(repaired(std::move(text)), 0);
}

}  // namespace vodcatalog
