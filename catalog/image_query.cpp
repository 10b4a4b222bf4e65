#include "catalog/image_query.h"

namespace catalog {
namespace {

constexpr const char* kSelect =
    "SELECT i.image_id, a.name AS account, "
    "CASE WHEN i.gone_at IS NOT NULL THEN 'gone' WHEN i.first_seen_at IS NULL THEN 'pending' "
    "ELSE i.status END AS status, i.title, i.creation_time, "
    "strftime('%Y-%m-%dT%H:%M:%fZ', i.last_changed_at / 1000.0, 'unixepoch') AS last_changed_at, "
    "i.cate_name, i.tags, i.storage_location "
    "FROM image_info i JOIN account a ON a.account_key = i.account_key ";

class Conditions {
public:
    void add(const std::string& condition) {
        (sql_ += sql_.empty() ? "WHERE " : " AND ") += condition;
    }
    void add(const std::string& condition, Cell value) {
        add(condition);
        values_.push_back(value);
    }
    BoundQuery finish(std::int64_t limit) {
        values_.emplace_back(limit);
        return {kSelect + sql_ + " ORDER BY i.image_key DESC LIMIT ?", std::move(values_)};
    }

private:
    std::string sql_;
    std::vector<Cell> values_;
};

void add_status(const std::string& status, Conditions& conditions) {
    if (status == "gone") return conditions.add("i.gone_at IS NOT NULL");
    conditions.add("i.gone_at IS NULL");
    if (status == "pending") {
        // What is pending has a short index of its own.
        return conditions.add(
            "i.image_key IN (SELECT image_key FROM tracked_image WHERE state = 'pending')");
    }
    if (status == "Uploading" || status == "UploadFail")
        return conditions.add("i.status = '" + status + "'");
    conditions.add("i.status = ?", status);
}

bool is_number(const std::string& text) {
    return !text.empty() && text.size() < 19 &&
           text.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace

BoundQuery image_select(const ImageQuery& query) {
    Conditions conditions;
    if (query.status) {
        add_status(*query.status, conditions);
    } else {
        conditions.add("i.gone_at IS NULL");
    }
    if (query.account) conditions.add("a.name = ?", *query.account);
    if (query.tag) {
        conditions.add("i.image_key IN (SELECT image_key FROM image_tag WHERE tag = ?)",
                       *query.tag);
    }
    if (query.category && is_number(*query.category)) {
        conditions.add("i.cate_id = ?", std::int64_t{std::stoll(*query.category)});
    } else if (query.category) {
        conditions.add("i.cate_name = ?", *query.category);
    }
    if (query.created_since) conditions.add("i.created_at >= ?", to_ms(*query.created_since));
    if (query.created_before) conditions.add("i.created_at < ?", to_ms(*query.created_before));
    return conditions.finish(query.limit);
}

}  // namespace catalog
