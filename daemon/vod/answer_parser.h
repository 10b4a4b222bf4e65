#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalog/error.h"
#include "catalog/image.h"

namespace vodcatalog {

/// Something in an answer that is not as documented and concerns one image only.
struct Oddity {
    std::string image_id;
    std::string member;  ///< "Width", "Mezzanine.FileSize"
    std::string what;    ///< "not a whole number of 64 bits; kept in extra"
};

/// What one good answer says. Reused from call to call: `images` beyond `image_count` are spare
/// memory.
struct Answer {
    std::string request_id;
    std::vector<catalog::Image> images;
    std::vector<std::int64_t> content_hashes;  ///< catalog::content_hash of images[i]
    std::size_t image_count = 0;
    std::vector<std::string> not_exist;
    std::vector<Oddity> oddities;  ///< At most kOdditiesMax; the rest are counted only.
    std::size_t oddity_count = 0;

    static constexpr std::size_t kOdditiesMax = 20;
    void clear() noexcept;  ///< Keeps the memory.
};

/// What an error answer says. Members are empty where it does not say them.
struct ErrorBody {
    std::string code;
    std::string message;
    std::string request_id;
};

/// A body that should have been an answer is an error body.
class ErrorAnswer : public catalog::Retryable {
public:
    explicit ErrorAnswer(ErrorBody said)
        : Retryable("the body is no answer to this call: it has an error code"),
          said_(std::move(said)) {}
    [[nodiscard]] const ErrorBody& said() const noexcept { return said_; }

private:
    ErrorBody said_;
};

/// Reads the bodies of GetImageInfo and GetImageInfos. The whole document is checked before any of
/// it is returned. One thread at a time; keeps its memory from call to call.
///
/// Rules, one data file each under tests/data/answers: members in any order; `ImageInfo` as one
/// object, as an array, or as {"Image":[...]}; `NonExistImageIds` as an array or {"ImageId":[...]};
/// absent and null members are nullopt; numbers as number or text; a scalar where text is expected
/// is taken as its text; unknown members go to `extra`, also of Mezzanine; a member of the wrong
/// kind or out of range is nullopt, an oddity, and kept in `extra`; of a doubled member the first
/// counts; U+0000, bytes that are not UTF-8 and lone surrogates become U+FFFD; numbers beyond 64
/// bits or double range do not fail the document. An image without a usable ImageId is skipped and
/// counted as an oddity. An image sent twice with the same content is one, with different content
/// the first counts and is an oddity. An ID sent as image and as not existing counts as image and
/// is an oddity. No signature or credential comes through, see catalog::stable_url() and redact().
/// A depth over kDepthMax fails the document; so do, in what is taken from it, text longer than
/// kTextBytesMax, more than kImagesMax images and more than kMembersMax members of an object.
class AnswerParser {
public:
    static constexpr std::size_t kTextBytesMax = 1024 * 1024;
    static constexpr std::size_t kImagesMax = 1'000;
    static constexpr std::size_t kMembersMax = 1'000;
    static constexpr std::size_t kDepthMax = 64;
    static constexpr std::size_t kRequestIdBytesMax = 128;

    AnswerParser();
    ~AnswerParser();

    /// Reads a 200 answer of either operation into `answer`. `body` may be given spare capacity and
    /// be repaired in place (json_repair.h). Throws catalog::Retryable if it is not whole, not
    /// JSON, or has no ImageInfo and no NonExistImageIds; `answer` is then unspecified. A body with
    /// a Code member that is not a success (200, OK, Success) is an error body, whatever its HTTP
    /// status: throws ErrorAnswer.
    void read_answer(std::string& body, Answer& answer);

    /// Reads an error body: JSON (members in either case), XML <Error>, HTML or nothing at all.
    /// Never throws; what is not there is empty.
    [[nodiscard]] ErrorBody read_error(std::string_view body);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace vodcatalog
