#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vodcatalog {

/// The URLs of one image as the cloud signed them: whoever has one may read the image until it
/// expires. For the person who asked for it; never for the catalog, a log or an error.
struct SignedUrls {
    std::optional<std::string> url;
    std::optional<std::string> file_url;  ///< Of the source file.
};

/// Reads them from the body of a good GetImageInfo, which may be changed. What is not there, or no
/// text, is absent; so is all of it where the body has no such image. In old answers the source
/// file's URL is in Mezzanine.OriginalFileName and FileURL absent.
/// Throws catalog::Retryable if the body is not one whole JSON document.
[[nodiscard]] SignedUrls read_signed_urls(std::string& body, std::string_view image_id);

}  // namespace vodcatalog
