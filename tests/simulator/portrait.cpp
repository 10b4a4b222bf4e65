#include "tests/simulator/portrait.h"

#include <optional>
#include <string>
#include <utility>

#include "tests/simulator/dice.h"
#include "tests/simulator/member_table.h"

namespace simulator {
namespace {

/// The draws of one image. Each is made whatever the quirks are, so that none shifts another.
class Lot {
public:
    Lot(std::uint64_t seed, std::uint64_t index) : dice_(seed, "quirks", index) {}

    [[nodiscard]] Unfinished among(Unfinished quirk) {
        static constexpr Unfinished kThree[] = {Unfinished::present, Unfinished::zero,
                                                Unfinished::absent};
        const Unfinished drawn = kThree[dice_.below(3)];
        return quirk == Unfinished::mixed ? drawn : quirk;
    }
    template <typename Form>
    [[nodiscard]] bool is(Form quirk, Form wanted) {
        const bool drawn = dice_.chance(0.5);
        return quirk == Form::mixed ? drawn : quirk == wanted;
    }
    [[nodiscard]] bool in_share(double share) { return dice_.chance(share); }
    [[nodiscard]] double unit() { return dice_.unit(); }
    [[nodiscard]] std::uint64_t below(std::uint64_t bound) { return dice_.below(bound); }

private:
    Dice dice_;
};

void show_unfinished(catalog::Image& image, Unfinished mezzanine, Unfinished url,
                     Unfinished sizes) {
    std::optional<catalog::Mezzanine>& file = image.mezzanine;
    if (url != Unfinished::present) {
        image.url = url == Unfinished::zero ? std::optional<std::string>{""} : std::nullopt;
        if (file) file->file_url = image.url;
    }
    if (file && sizes != Unfinished::present) {
        const auto size = sizes == Unfinished::zero ? std::optional<std::int64_t>{0} : std::nullopt;
        file->width = file->height = file->file_size = size;
    }
    if (mezzanine == Unfinished::zero) file = catalog::Mezzanine{};
    if (mezzanine == Unfinished::absent) file.reset();
}

/// Takes members away, by their own draw each.
void thin_out(Portrait& portrait, Lot& lot, const Quirks& quirks) {
    const auto visit = [&](std::string_view name, std::string_view, auto& member) {
        const double draw = lot.unit();
        if (draw >= quirks.absent_members + quirks.null_members) return;
        member.reset();
        if (draw >= quirks.absent_members) portrait.nulls.insert(name);
    };
    each_text(portrait.image, visit);
    each_number(portrait.image, visit);
    if (portrait.image.mezzanine) {
        each_mezzanine_text(*portrait.image.mezzanine, visit);
        each_mezzanine_number(*portrait.image.mezzanine, visit);
    }
}

void add_extra(std::optional<std::string>& extra, const std::string& members) {
    if (!extra || extra->size() <= 2) {
        extra = "{" + members + "}";
    } else {
        extra->insert(extra->size() - 1, "," + members);
    }
}

void add_unknown_members(catalog::Image& image, std::uint64_t number) {
    add_extra(image.extra, R"("Rating":)" + std::to_string(number % 5) +
                               R"(.5,"Review":{"Labels":["a\"b",null],)" + R"("Level":)" +
                               std::to_string(number) + "}");
    if (image.mezzanine) {
        add_extra(image.mezzanine->extra,
                  R"("Codec":"png","Frames":)" + std::to_string(number % 90));
    }
}

}  // namespace

Portrait portray(const Sight& sight, std::uint64_t seed, const Quirks& quirks, OutputType output) {
    Portrait portrait;
    portrait.image = sight.image;
    catalog::Image& image = portrait.image;
    Lot lot(seed, sight.index);
    if (output == OutputType::oss && image.mezzanine) image.url = image.mezzanine->file_url;

    const Unfinished mezzanine = lot.among(quirks.uploading_mezzanine);
    const Unfinished url = lot.among(quirks.uploading_url);
    const Unfinished sizes = lot.among(quirks.uploading_sizes);
    if (image.status == catalog::kUploading || image.status == catalog::kUploadFail) {
        show_unfinished(image, mezzanine, url, sizes);
    }
    portrait.file_size_as_text = lot.is(quirks.file_size, FileSizeForm::text);
    const bool url_as_name = lot.is(quirks.original_file_name, FileNameForm::signed_url);
    const bool needs_signature = !lot.in_share(quirks.unsigned_urls);
    const bool unknown = lot.in_share(quirks.extra_members);
    const std::uint64_t number = lot.below(1'000);
    const bool without_status = lot.in_share(quirks.status_absent);

    if (!quirks.legacy_members) image.region_id = image.audit_status = std::nullopt;
    if (without_status || image.status == "") image.status.reset();
    if (unknown) add_unknown_members(image, number);
    std::optional<catalog::Mezzanine>& file = image.mezzanine;
    if (url_as_name && file && !file->file_url.value_or("").empty()) {
        file->original_file_name = std::exchange(file->file_url, std::nullopt);
        portrait.file_name_is_signed_url = needs_signature;
    }
    thin_out(portrait, lot, quirks);
    image.url_signed = needs_signature && !image.url.value_or("").empty();
    if (file) file->file_url_signed = needs_signature && !file->file_url.value_or("").empty();
    return portrait;
}

}  // namespace simulator
