#pragma once

#include <cstdint>
#include <string>

#include "catalog/image.h"
#include "catalog/wall_time.h"
#include "tests/simulator/dice.h"
#include "tests/simulator/scenario.h"

namespace simulator {

/// Every member the image with that index is born with, as the cloud knows them: the file's
/// included, all URLs without signature (`url` is the CDN's, `mezzanine->file_url` the bucket's),
/// no Status.
[[nodiscard]] catalog::Image make_members(std::uint64_t seed, std::uint64_t index,
                                          TitleProfile titles, catalog::WallTime created,
                                          const std::string& region);

/// Changes title, tags or description to something it was not before.
void edit_members(catalog::Image& image, TitleProfile titles, Dice& dice);

/// A title. The hostile ones try whatever stands between the cloud and a reader's eyes.
[[nodiscard]] std::string make_title(TitleProfile titles, Dice& dice);

}  // namespace simulator
