// The sensors dataset: the year 2024 in four buildings, a reading every four hours.
//
// What a look at the data should find: loading docks follow the weather, warehouses follow it
// halfway, offices and server rooms are held steady, cold stores stay a few degrees above freezing.
// Warm air is drier in per cent. Batteries run down, faster in the cold, and are replaced. The cold
// store in Lyon failed for two and a half days in August.
//
// What is untidy: sensors go silent for days; a faulty read gives a blank, or one of the values
// that probes report when they have lost power (85 or -127 degrees); one model measures no
// humidity; sensors on mains power report no battery; a gateway that gets no answer sends a
// reading again, so that it is in the table twice; one spare sensor is not mounted yet.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "calendar.h"
#include "csv_table.h"
#include "generate.h"
#include "random.h"

namespace tabletalk::generator {
namespace {

constexpr Day kFirstDay = MakeDay(2024, 1, 1);
constexpr Day kLastDay = MakeDay(2024, 12, 31);
constexpr std::int64_t kHoursBetween = 4;

struct Site {
  std::string_view name;
  std::int64_t mean;      // Of the outside temperature over the year; in hundredths of a degree,
  std::int64_t swing;     // as are all temperatures here: summer and winter are that far from it.
  std::int64_t pressure;  // The usual one, in tenths of a hectopascal; follows from the altitude.
};

constexpr std::array<Site, 4> kSites = {{{"Hamburg", 980, 860, 10'130},
                                         {"Lyon", 1'310, 970, 9'950},
                                         {"Porto", 1'560, 560, 10'040},
                                         {"Gdańsk", 880, 1'010, 10'120}}};

enum class Zone { office, warehouse, cold_store, server_room, loading_dock };
constexpr std::array<std::string_view, 5> kZoneNames = {"office", "warehouse", "cold store",
                                                        "server room", "loading dock"};

struct Sensor {
  std::string id;
  std::size_t site = 0;
  Zone zone = Zone::office;
  std::int64_t floor = 0;
  std::string_view model;
  Day installed;
  bool on_mains = false;
  bool measures_humidity = true;
  std::int64_t offset = 0;   // Of its thermometer.
  std::int64_t battery = 0;  // In millivolts.
  std::int64_t drain = 0;    // In thousandths of a millivolt a reading.
  std::int64_t drained = 0;  // Since the last whole millivolt.
  std::int64_t drift = 0;    // The slow part of its noise.
  Day silent_until;
};

struct Weather {
  std::int64_t warmth = 0;    // How far the day is from the usual temperature.
  std::int64_t pressure = 0;  // How far from the usual, in tenths of a hectopascal.
};

std::vector<Sensor> MakeSensors(Random& random) {
  constexpr std::array<std::string_view, 3> kModels = {"Aeris TH2", "Klima Pro", "Aeris T1"};
  constexpr std::array<std::int64_t, 3> kModelWeights = {55, 30, 15};
  std::vector<Sensor> sensors;
  for (std::size_t site = 0; site < kSites.size(); ++site) {
    const std::size_t count = site == 0 ? 7 : site == 2 ? 5 : 6;
    for (std::size_t n = 0; n < count; ++n) {
      Sensor sensor;
      sensor.id = fmt::format("S-{}{:02}", site + 1, n + 1);
      sensor.site = site;
      sensor.zone = static_cast<Zone>(n % 5);
      sensor.floor = sensor.zone == Zone::office ? 1 + static_cast<std::int64_t>(n) / 5 : 0;
      sensor.model = kModels[random.Weighted(kModelWeights)];
      sensor.measures_humidity = sensor.model != "Aeris T1";
      sensor.on_mains = sensor.zone == Zone::server_room;
      sensor.installed = MakeDay(2021, 6, 1) + std::chrono::days{random.Below(800)};
      if (n >= 5) {
        sensor.installed = MakeDay(2024, 2, 1) + std::chrono::days{random.Below(90)};
      }
      sensor.offset = random.Bell(25);
      sensor.battery = random.Between(3'080, 3'580);
      sensor.drain = random.Between(170, 330);
      sensors.push_back(std::move(sensor));
    }
  }
  return sensors;
}

std::int64_t OutsideTemperature(const Site& site, const Weather& weather, Day day,
                                std::int64_t hour) {
  const std::int64_t date = DaysBetween(kFirstDay, day);
  const std::int64_t season = SineThousandths(date - 111, 366);  // Warmest about 20 July.
  const std::int64_t daily = SineThousandths(hour - 9, 24);      // Warmest at three.
  const std::int64_t daily_swing = 280 + season * 140 / 1'000;
  return site.mean + site.swing * season / 1'000 + daily_swing * daily / 1'000 + weather.warmth;
}

void NextWeather(Weather& weather, Random& random) {
  weather.warmth = weather.warmth * 94 / 100 + random.Bell(105);
  weather.pressure = weather.pressure * 96 / 100 + random.Bell(22);
}

bool CoolingHasFailed(const Sensor& sensor, Instant at) {
  return sensor.zone == Zone::cold_store && kSites[sensor.site].name == "Lyon" &&
         at >= Instant{MakeDay(2024, 8, 10)} + std::chrono::hours{2} &&
         at < Instant{MakeDay(2024, 8, 12)} + std::chrono::hours{14};
}

std::int64_t TrueTemperature(const Sensor& sensor, std::int64_t outside, Instant at,
                             Random& random) {
  const Day day = std::chrono::floor<std::chrono::days>(at);
  const auto hour = (at - day) / std::chrono::hours{1};
  const bool at_work = WeekdayOf(day) < 5 && hour >= 7 && hour < 19;
  switch (sensor.zone) {
    case Zone::office: return (at_work ? 2'180 : 1'890) + (outside - 1'100) * 9 / 100;
    case Zone::warehouse: return 1'480 + (outside - 1'100) * 52 / 100;
    case Zone::cold_store: {
      const bool defrosting = random.Chance(300);
      const std::int64_t warm = CoolingHasFailed(sensor, at) ? 1'020 : 0;
      return 340 + (outside - 1'100) * 3 / 100 + warm + (defrosting ? 260 : 0);
    }
    case Zone::server_room: return 2'260 + (at_work ? 45 : 0) + (outside - 1'100) * 2 / 100;
    case Zone::loading_dock: return outside + 90 + (at_work ? -20 : 30);
  }
  return outside;
}

// In tenths of a per cent.
std::int64_t Humidity(const Sensor& sensor, std::int64_t temperature, std::int64_t outside,
                      Random& random) {
  std::int64_t humidity = 0;
  switch (sensor.zone) {
    case Zone::office:
      humidity = 455 + (outside - 1'100) / 12;  // Heated winter air is dry.
      break;
    case Zone::warehouse: humidity = 640 - (temperature - 1'400) / 9; break;
    case Zone::cold_store: humidity = 855 - (temperature - 340) / 8; break;
    case Zone::server_room: humidity = 390; break;
    case Zone::loading_dock: humidity = 760 - (temperature - 1'200) / 6; break;
  }
  return std::clamp<std::int64_t>(humidity + random.Bell(38), 120, 1'000);
}

std::int64_t NextBattery(Sensor& sensor, std::int64_t temperature, Random& random) {
  sensor.drained += sensor.drain;
  sensor.battery -= sensor.drained / 1'000;
  sensor.drained %= 1'000;
  if (sensor.battery < 2'960 && random.Chance(900)) {
    sensor.battery = random.Between(3'560, 3'620);
  }
  const std::int64_t cold = temperature < 500 ? (500 - temperature) / 12 : 0;
  return (sensor.battery - cold + random.Bell(4) + 5) / 10;  // In hundredths of a volt.
}

bool IsSilent(Sensor& sensor, Day day, Random& random) {
  if (day < sensor.installed || day < sensor.silent_until) {
    return true;
  }
  if (random.Chance(7)) {
    const std::int64_t days = std::min<std::int64_t>(random.LongTail(2, 300), 30);
    sensor.silent_until = day + std::chrono::days{days + 1};
    return true;
  }
  return random.Chance(45);
}

// What a faulty probe reports: mostly nothing, else what its maker has set for "no power".
std::optional<std::int64_t> FaultyTemperature(Random& random) {
  constexpr std::array<std::int64_t, 3> kWeights = {70, 24, 6};
  switch (random.Weighted(kWeights)) {
    case 1: return 8'500;
    case 2: return -12'700;
    default: return std::nullopt;
  }
}

void AddReading(Sensor& sensor, const Weather& weather, Day day, std::int64_t hour,
                CsvTable& readings, Random& random) {
  const std::int64_t second = 60 * (sensor.id.back() - '0') + random.Below(20);
  const Instant at = Instant{day} + std::chrono::seconds{hour * 3'600 + second};
  const Site& site = kSites[sensor.site];
  const std::int64_t outside = OutsideTemperature(site, weather, day, hour);
  sensor.drift = sensor.drift * 90 / 100 + random.Bell(12);
  const std::int64_t exact = TrueTemperature(sensor, outside, at, random) + sensor.drift;
  const std::int64_t humidity = Humidity(sensor, exact, outside, random);
  const std::int64_t pressure = site.pressure + weather.pressure + random.Bell(2);
  const std::int64_t battery = NextBattery(sensor, exact, random);
  const bool faulty = random.Chance(sensor.id == "S-205" ? 260 : 65);
  std::optional<std::int64_t> temperature = exact + sensor.offset;
  if (faulty) {
    temperature = FaultyTemperature(random);
  }
  const bool low_battery = !sensor.on_mains && battery < 300;

  readings.Time(at).Text(sensor.id);
  temperature ? readings.Decimal(*temperature / 10, 1) : readings.Blank();
  sensor.measures_humidity && !faulty ? readings.Decimal(humidity, 1) : readings.Blank();
  readings.Decimal(pressure, 1);
  sensor.on_mains ? readings.Blank() : readings.Decimal(battery, 2);
  readings.Text(faulty ? "fault" : low_battery ? "low battery" : "ok").EndRow();
  if (random.Chance(35)) {
    readings.RepeatLastRow();
  }
}

CsvTable SensorTable(const std::vector<Sensor>& sensors) {
  CsvTable table({"sensor_id", "site", "zone", "floor", "model", "power_supply", "installed_on"});
  for (const Sensor& sensor : sensors) {
    table.Text(sensor.id).Text(kSites[sensor.site].name);
    table.Text(kZoneNames[static_cast<std::size_t>(sensor.zone)]).Whole(sensor.floor);
    table.Text(sensor.model).Text(sensor.on_mains ? "mains" : "battery").Date(sensor.installed);
    table.EndRow();
  }
  table.Text("S-306").Text("Porto").Blank().Blank().Text("Klima Pro").Text("battery").Blank();
  table.EndRow();
  return table;
}

}  // namespace

void GenerateSensors(const std::filesystem::path& folder) {
  Random random(20240101);
  std::vector<Sensor> sensors = MakeSensors(random);
  SensorTable(sensors).Write(folder / "sensors.csv");
  CsvTable readings({"measured_at", "sensor_id", "temperature_c", "humidity_pct", "pressure_hpa",
                     "battery_v", "status"});
  std::array<Weather, kSites.size()> weather{};
  for (Day day = kFirstDay; day <= kLastDay; day += std::chrono::days{1}) {
    for (std::int64_t hour = 0; hour < 24; hour += kHoursBetween) {
      for (Weather& local : weather) {
        NextWeather(local, random);
      }
      for (Sensor& sensor : sensors) {
        if (!IsSilent(sensor, day, random)) {
          AddReading(sensor, weather[sensor.site], day, hour, readings, random);
        }
      }
    }
  }
  readings.Write(folder / "readings.csv");
}

}  // namespace tabletalk::generator
