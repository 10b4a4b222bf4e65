#include "catalog/change.h"

namespace catalog {
namespace {

std::optional<std::string> as_text(const std::optional<std::string>& value) {
    return value;
}
std::optional<std::string> as_text(const std::optional<std::int64_t>& value) {
    if (!value) return std::nullopt;
    return std::to_string(*value);
}

class Differences {
public:
    Differences(std::vector<FieldChange>& out, bool skip_filled_in)
        : out_(out), skip_filled_in_(skip_filled_in) {}

    template <typename Value>
    void compare(std::string_view field, const Value& before, const Value& now) {
        if (before == now) return;
        FieldChange change{field, as_text(before), as_text(now)};
        if (skip_filled_in_ && (!change.old_value || change.old_value == "0")) return;
        out_.push_back(std::move(change));
    }

private:
    std::vector<FieldChange>& out_;
    bool skip_filled_in_;
};

void compare(const Mezzanine& before, const Mezzanine& now, Differences& differences) {
    differences.compare("mezzanine.original_file_name", before.original_file_name,
                        now.original_file_name);
    differences.compare("mezzanine.width", before.width, now.width);
    differences.compare("mezzanine.height", before.height, now.height);
    differences.compare("mezzanine.file_size", before.file_size, now.file_size);
    differences.compare("mezzanine.file_url", before.file_url, now.file_url);
    differences.compare("mezzanine.extra", before.extra, now.extra);
}

}  // namespace

bool is_expected(const std::optional<std::string>& from, std::string_view to) noexcept {
    if (!from) return true;
    return *from == kUploading && (to == kNormal || to == kUploadFail);
}

std::optional<StatusChange> status_change(const std::optional<std::string>& before,
                                          const std::optional<std::string>& now) {
    if (!now || before == now) return std::nullopt;
    StatusChange change;
    change.from = before;
    change.to = *now;
    change.expected = is_expected(before, *now);
    return change;
}

void field_changes(const Image& before, const Image& now, std::vector<FieldChange>& out) {
    const bool upload_ended = before.status == kUploading && now.status && now.status != kUploading;
    Differences differences(out, upload_ended);
    differences.compare("title", before.title, now.title);
    differences.compare("description", before.description, now.description);
    differences.compare("tags", before.tags, now.tags);
    differences.compare("cate_id", before.cate_id, now.cate_id);
    differences.compare("cate_name", before.cate_name, now.cate_name);
    differences.compare("image_type", before.image_type, now.image_type);
    differences.compare("creation_time", before.creation_time, now.creation_time);
    differences.compare("storage_location", before.storage_location, now.storage_location);
    differences.compare("app_id", before.app_id, now.app_id);
    differences.compare("region_id", before.region_id, now.region_id);
    differences.compare("audit_status", before.audit_status, now.audit_status);
    differences.compare("url", before.url, now.url);
    differences.compare("extra", before.extra, now.extra);
    static const Mezzanine kNone;
    compare(before.mezzanine ? *before.mezzanine : kNone, now.mezzanine ? *now.mezzanine : kNone,
            differences);
}

}  // namespace catalog
