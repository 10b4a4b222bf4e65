#include "catalog/image_store.h"

#include <stdexcept>

namespace catalog {
namespace {

void read_flag(const Statement::Execution& row, int column, bool& out) {
    out = row.integer(column) != 0;
}

/// The tags of the cloud's comma separated text, blanks around each taken off, empty ones left out.
template <typename Use>
void each_tag(std::string_view tags, Use use) {
    while (!tags.empty()) {
        std::string_view tag = tags.substr(0, tags.find(','));
        tags.remove_prefix(std::min(tags.size(), tag.size() + 1));
        while (!tag.empty() && tag.front() == ' ') tag.remove_prefix(1);
        while (!tag.empty() && tag.back() == ' ') tag.remove_suffix(1);
        if (!tag.empty()) use(tag);
    }
}

}  // namespace

// An index entry is rewritten for every column that a SET list names, even where the value stays.
// So the columns that have an index (status, created_at) have statements of their own.
ImageStore::ImageStore(Database& database)
    : find_(database, "SELECT image_key, account_key FROM image_info WHERE image_id = ?"),
      has_seen_(database,
                "SELECT 1 FROM image_info WHERE account_key = ? AND first_seen_at IS NOT NULL "
                "LIMIT 1"),
      add_(database,
           "INSERT INTO image_info (account_key, image_id) VALUES (?, ?) RETURNING image_key"),
      is_seen_(database,
               "SELECT 1 FROM image_info WHERE image_key = ? AND first_seen_at IS NOT NULL"),
      read_(database,
            "SELECT image_id, title, description, tags, cate_id, cate_name, image_type, status, "
            "creation_time, "
            "storage_location, app_id, region_id, audit_status, url, url_signed, i.extra, "
            "m.image_key, "
            "original_file_name, width, height, file_size, file_url, file_url_signed, m.extra "
            "FROM image_info i LEFT JOIN mezzanine m ON m.image_key = i.image_key WHERE "
            "i.image_key = ?"),
      update_(
          database,
          "UPDATE image_info SET title = ?, description = ?, tags = ?, cate_id = ?, cate_name = ?, "
          "image_type = ?, creation_time = ?, storage_location = ?, app_id = ?, region_id = ?, "
          "audit_status = ?, url = ?, url_signed = ?, extra = ?, request_id = ?, "
          "first_seen_at = ifnull(?, first_seen_at), last_changed_at = ifnull(?, last_changed_at) "
          "WHERE image_key = ?"),
      set_status_(database, "UPDATE image_info SET status = ? WHERE image_key = ?"),
      set_created_(database, "UPDATE image_info SET created_at = ? WHERE image_key = ?"),
      set_gone_at_(database, "UPDATE image_info SET gone_at = ? WHERE image_key = ?"),
      upsert_mezzanine_(
          database,
          "INSERT INTO mezzanine (image_key, original_file_name, width, height, file_size, "
          "file_url, "
          "file_url_signed, extra) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (image_key) "
          "DO UPDATE SET "
          "original_file_name = ?2, width = ?3, height = ?4, file_size = ?5, file_url = ?6, "
          "file_url_signed = ?7, extra = ?8"),
      delete_mezzanine_(database, "DELETE FROM mezzanine WHERE image_key = ?"),
      delete_tags_(database, "DELETE FROM image_tag WHERE image_key = ?"),
      add_tag_(database, "INSERT OR IGNORE INTO image_tag (image_key, tag) VALUES (?, ?)") {}

std::optional<ImageStore::Known> ImageStore::find(std::string_view image_id) {
    auto rows = find_(image_id);
    if (!rows.next()) return std::nullopt;
    return Known{rows.integer(0), rows.integer(1)};
}

std::int64_t ImageStore::add(std::int64_t account_key, std::string_view image_id) {
    auto rows = add_(account_key, image_id);
    if (!rows.next()) throw std::logic_error("INSERT ... RETURNING answered no row");
    return rows.integer(0);
}

bool ImageStore::has_seen(std::int64_t account_key) {
    return has_seen_(account_key).next();
}

bool ImageStore::is_seen(std::int64_t image_key) {
    return is_seen_(image_key).next();
}

void ImageStore::read(std::int64_t image_key, Image& image) {
    auto row = read_(image_key);
    if (!row.next())
        throw std::logic_error("image_info does not have the image that was asked for");
    image.image_id.assign(row.text(0));
    row.optional_text(1, image.title);
    row.optional_text(2, image.description);
    row.optional_text(3, image.tags);
    image.cate_id = row.optional_integer(4);
    row.optional_text(5, image.cate_name);
    row.optional_text(6, image.image_type);
    row.optional_text(7, image.status);
    row.optional_text(8, image.creation_time);
    row.optional_text(9, image.storage_location);
    row.optional_text(10, image.app_id);
    row.optional_text(11, image.region_id);
    row.optional_text(12, image.audit_status);
    row.optional_text(13, image.url);
    read_flag(row, 14, image.url_signed);
    row.optional_text(15, image.extra);
    if (row.is_null(16)) {
        image.mezzanine.reset();
        return;
    }
    if (!image.mezzanine) image.mezzanine.emplace();
    Mezzanine& mezzanine = *image.mezzanine;
    row.optional_text(17, mezzanine.original_file_name);
    mezzanine.width = row.optional_integer(18);
    mezzanine.height = row.optional_integer(19);
    mezzanine.file_size = row.optional_integer(20);
    row.optional_text(21, mezzanine.file_url);
    read_flag(row, 22, mezzanine.file_url_signed);
    row.optional_text(23, mezzanine.extra);
}

void ImageStore::write(const Write& write) {
    const Image& now = write.now;
    std::optional<bool> url_signed;
    if (now.url) url_signed = now.url_signed;
    std::optional<WallTime> first_seen_at, last_changed_at;
    (write.first_sight ? first_seen_at : last_changed_at) = write.seen_at;
    update_(now.title, now.description, now.tags, now.cate_id, now.cate_name, now.image_type,
            now.creation_time, now.storage_location, now.app_id, now.region_id, now.audit_status,
            now.url, url_signed, now.extra, write.request_id, first_seen_at, last_changed_at,
            write.image_key)
        .run();
    if (write.before.status != now.status) set_status_(now.status, write.image_key).run();
    if (write.before.creation_time != now.creation_time) {
        set_created_(write.created_at, write.image_key).run();
    }
    if (write.before.mezzanine != now.mezzanine) write_mezzanine(write);
    if (write.before.tags != now.tags) write_tags(write);
}

void ImageStore::write_mezzanine(const Write& write) {
    if (!write.now.mezzanine) {
        delete_mezzanine_(write.image_key).run();
        return;
    }
    const Mezzanine& now = *write.now.mezzanine;
    std::optional<bool> file_url_signed;
    if (now.file_url) file_url_signed = now.file_url_signed;
    upsert_mezzanine_(write.image_key, now.original_file_name, now.width, now.height, now.file_size,
                      now.file_url, file_url_signed, now.extra)
        .run();
}

void ImageStore::write_tags(const Write& write) {
    if (write.before.tags) delete_tags_(write.image_key).run();
    if (!write.now.tags) return;
    each_tag(*write.now.tags, [&](std::string_view tag) { add_tag_(write.image_key, tag).run(); });
}

void ImageStore::set_gone_at(std::int64_t image_key, std::optional<WallTime> gone_at) {
    set_gone_at_(gone_at, image_key).run();
}

}  // namespace catalog
