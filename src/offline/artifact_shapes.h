// The TSX of each shape that can be drawn without a model.
//
// $imports, $constants, $Chart, $Series, $layout, $axes and $look are filled in by
// draft_artifact.cc. What they make is held to the policy for artifacts by a test.
#pragma once

#include <string_view>

namespace tabletalk::offline {

extern const std::string_view kHead;       ///< Of all charts: imports, names, formats.
extern const std::string_view kCartesian;  ///< Bar, line and area.
extern const std::string_view kUpright;    ///< Axes: names along the bottom,
extern const std::string_view kLying;      ///< or along the side.
extern const std::string_view kPie;
extern const std::string_view kScatter;
extern const std::string_view kTable;
extern const std::string_view kNumber;
extern const std::string_view kColors;

}  // namespace tabletalk::offline
