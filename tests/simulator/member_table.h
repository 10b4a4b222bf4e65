#pragma once

#include "catalog/image.h"

/// The members of an image, each with its name in the API, its column in the catalog and its place
/// in catalog::Image: the one list that everything here walks through. Status, Mezzanine and the
/// members without a column are apart.
namespace simulator {

template <typename Image, typename Visit>
void each_text(Image& image, Visit&& visit) {
    visit("Title", "title", image.title);
    visit("Description", "description", image.description);
    visit("Tags", "tags", image.tags);
    visit("CateName", "cate_name", image.cate_name);
    visit("ImageType", "image_type", image.image_type);
    visit("CreationTime", "creation_time", image.creation_time);
    visit("StorageLocation", "storage_location", image.storage_location);
    visit("AppId", "app_id", image.app_id);
    visit("RegionId", "region_id", image.region_id);
    visit("AuditStatus", "audit_status", image.audit_status);
    visit("URL", "url", image.url);
}

template <typename Image, typename Visit>
void each_number(Image& image, Visit&& visit) {
    visit("CateId", "cate_id", image.cate_id);
}

template <typename Mezzanine, typename Visit>
void each_mezzanine_text(Mezzanine& mezzanine, Visit&& visit) {
    visit("OriginalFileName", "original_file_name", mezzanine.original_file_name);
    visit("FileURL", "file_url", mezzanine.file_url);
}

template <typename Mezzanine, typename Visit>
void each_mezzanine_number(Mezzanine& mezzanine, Visit&& visit) {
    visit("Width", "width", mezzanine.width);
    visit("Height", "height", mezzanine.height);
    visit("FileSize", "file_size", mezzanine.file_size);
}

}  // namespace simulator
