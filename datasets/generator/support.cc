// The support dataset: two years of tickets of a company that sells software by subscription.
//
// What a look at the data should find: weekdays and office hours carry the load, with a dip in
// August and over Christmas; two incidents stand out (slow pages on 2024-05-14, a failed login
// service on 2025-02-03). Urgent tickets and paying plans are answered sooner, chat and phone at
// once, what comes in at night or at the weekend waits. People who wait long are less content, and
// so are those whose ticket was reopened.
//
// What is untidy: most people give no rating; the newest tickets, and some that were overlooked,
// are open and unassigned; tags are typed by hand, in whatever case; some people send the same
// thing twice within minutes, as a ticket of its own; a few tickets were lost in the queue for
// weeks.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "calendar.h"
#include "csv_table.h"
#include "generate.h"
#include "random.h"

namespace tabletalk::generator {
namespace {

constexpr Day kFirstDay = MakeDay(2023, 7, 1);
constexpr Day kLastDay = MakeDay(2025, 6, 30);
constexpr Instant kExported = Instant{kLastDay} + std::chrono::hours{30};

struct Agent {
  std::string_view name;
  std::string_view team;
  std::string_view office;
  Day hired;
  std::int64_t speed_percent;  // Of the usual waiting time: below 100 is faster.
};

constexpr std::array<Agent, 24> kAgents = {{
    {"Amara Okafor", "Frontline", "Dublin", MakeDay(2019, 3, 4), 80},
    {"Ben Whitlock", "Frontline", "Dublin", MakeDay(2021, 9, 13), 105},
    {"Carla Mendes", "Frontline", "Lisbon", MakeDay(2020, 2, 3), 95},
    {"Dario Conti", "Frontline", "Lisbon", MakeDay(2022, 6, 20), 120},
    {"Elif Kaya", "Frontline", "Toronto", MakeDay(2021, 1, 11), 90},
    {"Finn O'Hara", "Frontline", "Dublin", MakeDay(2023, 2, 6), 130},
    {"Grace Lindqvist", "Frontline", "Toronto", MakeDay(2022, 11, 7), 100},
    {"Hugo Baptista", "Frontline", "Lisbon", MakeDay(2024, 1, 15), 115},
    {"Ines Marín", "Frontline", "Lisbon", MakeDay(2024, 9, 2), 110},
    {"Jonas Weber", "Technical", "Dublin", MakeDay(2018, 5, 14), 85},
    {"Katya Petrova", "Technical", "Toronto", MakeDay(2020, 8, 24), 90},
    {"Liam Fraser", "Technical", "Toronto", MakeDay(2021, 4, 19), 110},
    {"Mei Tanaka", "Technical", "Dublin", MakeDay(2022, 3, 7), 95},
    {"Noor Haddad", "Technical", "Lisbon", MakeDay(2023, 5, 22), 105},
    {"Owen Price", "Technical", "Dublin", MakeDay(2024, 3, 11), 125},
    {"Priya Raman", "Technical", "Toronto", MakeDay(2019, 10, 28), 75},
    {"Quentin Dubois", "Billing", "Lisbon", MakeDay(2020, 1, 20), 100},
    {"Rosa Jiménez", "Billing", "Lisbon", MakeDay(2021, 7, 5), 85},
    {"Sofia Almeida", "Billing", "Dublin", MakeDay(2022, 9, 26), 110},
    {"Tom Ashworth", "Enterprise", "Dublin", MakeDay(2018, 11, 12), 80},
    {"Uma Patel", "Enterprise", "Toronto", MakeDay(2020, 6, 15), 90},
    {"Viktor Nilsson", "Enterprise", "Dublin", MakeDay(2023, 3, 27), 105},
    {"Wanda Nowak", "Enterprise", "Toronto", MakeDay(2021, 12, 6), 95},
    {"Zoë Brandt", "Billing", "Toronto", MakeDay(2025, 7, 1), 100},  // Has yet to start.
}};

constexpr std::array<std::string_view, 4> kPriorities = {"low", "normal", "high", "urgent"};
constexpr std::array<std::string_view, 4> kChannels = {"email", "web form", "chat", "phone"};
constexpr std::array<std::string_view, 4> kPlans = {"Free", "Starter", "Business", "Enterprise"};

struct Area {
  std::string_view name;
  std::int64_t weight;
  std::int64_t reopen_chance;  // In ten thousand.
  std::array<std::string_view, 4> subjects;
  std::array<std::string_view, 3> tags;
};

constexpr std::array<Area, 7> kAreas = {{
    {"Billing",
     190,
     430,
     {"Charged twice this month", "Invoice has the wrong address", "Refund for an unused seat",
      "Cannot change the card on file"},
     {"refund", "invoice", "card"}},
    {"Login",
     170,
     520,
     {"Password reset mail never arrives", "Locked out after too many attempts",
      "Single sign-on sends me in circles", "Two-factor code is refused"},
     {"password", "sso", "2fa"}},
    {"Reporting",
     140,
     980,
     {"Totals differ from last week's report", "Scheduled report did not arrive",
      "Export stops at 10,000 rows", "Chart shows the wrong month"},
     {"export", "dashboard", "schedule"}},
    {"Integrations",
     125,
     1240,
     {"Webhook is sent twice", "Calendar no longer syncs", "API answers 429 all day",
      "CRM fields are not mapped"},
     {"api", "webhook", "sync"}},
    {"Mobile app",
     110,
     890,
     {"App closes on start", "Push messages come hours late", "Cannot upload photos",
      "Dark mode hides the buttons"},
     {"ios", "android", "crash"}},
    {"Performance",
     75,
     1130,
     {"Pages take forever to load", "Search times out", "Import has been running all night",
      "Everything is slow since Monday"},
     {"slow", "timeout", "import"}},
    {"Account",
     120,
     380,
     {"How do I add a colleague", "Please delete my workspace", "Change of company name",
      "Move a project to another team"},
     {"seats", "gdpr", "how-to"}},
}};

struct Place {
  std::string_view name;
  std::int64_t weight;
};

constexpr std::array<Place, 10> kCountries = {{{"United States", 290},
                                               {"United Kingdom", 170},
                                               {"Germany", 120},
                                               {"Canada", 100},
                                               {"France", 78},
                                               {"Ireland", 62},
                                               {"Australia", 55},
                                               {"Portugal", 45},
                                               {"Brazil", 36},
                                               {"Japan", 24}}};

struct Ticket {
  std::string subject;
  Instant created_at;
  std::int64_t account = 0;
  std::size_t channel = 0;
  std::size_t area = 0;
  std::size_t priority = 0;
  std::size_t plan = 0;
  std::size_t country = 0;
  const Agent* agent = nullptr;
  std::optional<std::int64_t> first_response;  // In minutes.
  std::optional<Instant> resolved_at;
  std::optional<std::int64_t> satisfaction;
  bool reopened = false;
  std::string tags;
};

// The area that an incident fills the queue with, if there is one on that day.
std::optional<std::size_t> IncidentOn(Day day) {
  if (day == MakeDay(2024, 5, 14)) {
    return 5;
  }
  if (day == MakeDay(2025, 2, 3)) {
    return 1;
  }
  return std::nullopt;
}

std::int64_t TicketsOn(Day day, Random& random) {
  constexpr std::array<std::int64_t, 7> kWeekday = {128, 118, 112, 108, 98, 32, 26};
  constexpr std::array<std::int64_t, 12> kMonth = {112, 104, 103, 99,  97,  94,
                                                   88,  79,  104, 107, 104, 84};
  std::int64_t expected = 24'000 + 14 * DaysBetween(kFirstDay, day);  // In thousandths.
  expected = expected * kWeekday[WeekdayOf(day)] / 100 * kMonth[MonthOf(day) - 1] / 100;
  if (MonthOf(day) == 12 && DayOfMonth(day) >= 24) {
    expected = expected * 40 / 100;
  }
  if (IncidentOn(day)) {
    expected *= 5;
  }
  const std::int64_t noise = random.Bell(expected / 7);
  const std::int64_t rounding = random.Below(1'000);
  return std::max<std::int64_t>(0, (expected + noise + rounding) / 1'000);
}

// Seconds of the day at which tickets come in, in order.
std::vector<std::int64_t> ArrivalsOn(Day day, Random& random) {
  constexpr std::array<std::int64_t, 24> kHours = {8,  6,  5,  4,  5,  9,  18, 38, 66, 88, 92, 84,
                                                   70, 82, 95, 90, 78, 60, 44, 34, 27, 20, 15, 11};
  std::vector<std::int64_t> seconds(static_cast<std::size_t>(TicketsOn(day, random)));
  for (std::int64_t& second : seconds) {
    const auto hour = static_cast<std::int64_t>(random.Weighted(kHours));
    second = hour * 3'600 + random.Below(3'600);
  }
  std::sort(seconds.begin(), seconds.end());
  return seconds;
}

std::size_t DrawArea(Day day, Random& random) {
  const std::optional<std::size_t> incident = IncidentOn(day);
  if (incident && random.Chance(7'800)) {
    return *incident;
  }
  std::array<std::int64_t, kAreas.size()> weights{};
  std::transform(kAreas.begin(), kAreas.end(), weights.begin(),
                 [](const Area& area) { return area.weight; });
  return random.Weighted(weights);
}

std::size_t DrawPlace(Random& random) {
  std::array<std::int64_t, kCountries.size()> weights{};
  std::transform(kCountries.begin(), kCountries.end(), weights.begin(),
                 [](const Place& place) { return place.weight; });
  return random.Weighted(weights);
}

std::string DrawTags(const Area& area, Random& random) {
  constexpr std::array<std::int64_t, 3> kCounts = {38, 44, 18};
  const std::size_t count = random.Weighted(kCounts);
  std::string tags;
  std::size_t tag = static_cast<std::size_t>(random.Below(3));
  for (std::size_t n = 0; n < count; ++n, tag = (tag + 1) % 3) {
    std::string typed(area.tags[tag]);
    if (random.Chance(700) && typed[0] >= 'a' && typed[0] <= 'z') {
      typed[0] = static_cast<char>(typed[0] - 32);
    }
    tags += (tags.empty() ? "" : ";") + typed;
  }
  return tags;
}

// What the customer sends in.
Ticket DrawTicket(Instant created_at, Random& random) {
  constexpr std::array<std::int64_t, 4> kPlanWeights = {26, 34, 28, 12};
  constexpr std::array<std::int64_t, 4> kChannelWeights = {43, 24, 23, 10};
  const Day day = std::chrono::floor<std::chrono::days>(created_at);
  Ticket ticket;
  ticket.created_at = created_at;
  ticket.area = DrawArea(day, random);
  ticket.subject = random.OneOf(kAreas[ticket.area].subjects);
  ticket.plan = random.Weighted(kPlanWeights);
  ticket.account = 1'000 + static_cast<std::int64_t>(ticket.plan) * 2'000 + random.Below(1'900);
  Random of_account(static_cast<std::uint64_t>(ticket.account));  // It stays in one country.
  ticket.country = DrawPlace(of_account);
  ticket.channel = random.Weighted(kChannelWeights);
  std::array<std::int64_t, 4> priorities = {27, 48, 19, 6};
  if (ticket.plan == 3) {
    priorities = {14, 42, 30, 14};
  }
  if (IncidentOn(day) == ticket.area) {
    priorities = {2, 18, 45, 35};
  }
  ticket.priority = random.Weighted(priorities);
  ticket.tags = DrawTags(kAreas[ticket.area], random);
  return ticket;
}

const Agent& DrawAgent(const Ticket& ticket, Random& random) {
  std::string_view team = "Frontline";
  if (ticket.plan == 3) {
    team = "Enterprise";
  } else if (ticket.area == 0) {
    team = "Billing";
  } else if (ticket.area >= 2 && ticket.area <= 5 && random.Chance(6'500)) {
    team = "Technical";
  }
  std::vector<std::int64_t> weights;
  for (const Agent& agent : kAgents) {
    const bool there = agent.hired <= std::chrono::floor<std::chrono::days>(ticket.created_at);
    // A fast agent takes more tickets.
    weights.push_back(agent.team == team && there ? 10'000 / agent.speed_percent : 0);
  }
  return kAgents[random.Weighted(weights)];
}

std::int64_t DrawFirstResponse(const Ticket& ticket, Random& random) {
  constexpr std::array<std::int64_t, 4> kMinutes = {520, 240, 75, 24};
  constexpr std::array<std::int64_t, 4> kPlanPercent = {150, 105, 85, 55};
  constexpr std::array<std::int64_t, 4> kChannelPercent = {100, 115, 9, 5};
  if (ticket.channel < 2 && random.Chance(12)) {
    return random.Between(15'000, 32'000);  // Lost in the queue.
  }
  const std::int64_t median = kMinutes[ticket.priority] * kPlanPercent[ticket.plan] / 100 *
                              kChannelPercent[ticket.channel] / 100 * ticket.agent->speed_percent /
                              100;
  std::int64_t minutes = random.LongTail(std::max<std::int64_t>(median, 1), 270);
  const Day day = std::chrono::floor<std::chrono::days>(ticket.created_at);
  const auto hour = (ticket.created_at - day) / std::chrono::hours{1};
  if (ticket.channel < 2 && ticket.priority < 3 && (hour < 7 || hour >= 19)) {
    minutes += 60 * ((31 - hour) % 24);  // Until the morning shift.
  }
  if (ticket.channel < 2 && ticket.priority < 2 && WeekdayOf(day) >= 5) {
    minutes += 1'440 * (7 - static_cast<std::int64_t>(WeekdayOf(day)));
  }
  return minutes;
}

std::int64_t DrawSatisfaction(const Ticket& ticket, Random& random) {
  std::int64_t mood = 480;  // In hundredths of a point.
  for (std::int64_t wait = *ticket.first_response; wait > 30; wait /= 2) {
    mood -= 17;
  }
  const std::int64_t hours = (*ticket.resolved_at - ticket.created_at) / std::chrono::hours{1};
  for (std::int64_t wait = hours; wait > 8; wait /= 2) {
    mood -= 13;
  }
  mood -= ticket.reopened ? 95 : 0;
  mood -= ticket.area == 5 ? 25 : 0;
  mood += (100 - ticket.agent->speed_percent) / 2;
  mood += random.Bell(95);
  return std::clamp<std::int64_t>((mood + 50) / 100, 1, 5);
}

// What becomes of a ticket, as far as it is known on the day of the export.
void Handle(Ticket& ticket, Random& random) {
  constexpr std::array<std::int64_t, 4> kSolveMinutes = {3'100, 1'800, 960, 390};
  const Agent& agent = DrawAgent(ticket, random);
  ticket.agent = &agent;
  const std::int64_t response = DrawFirstResponse(ticket, random);
  const bool overlooked = random.Chance(40);
  if (overlooked || ticket.created_at + std::chrono::minutes{response} > kExported) {
    ticket.agent = nullptr;
    return;
  }
  ticket.first_response = response;
  const bool live = ticket.channel >= 2;
  const std::int64_t median = kSolveMinutes[ticket.priority] * (live ? 45 : 100) / 100;
  std::int64_t work = random.LongTail(median, 380) + 3;
  ticket.reopened = random.Chance(kAreas[ticket.area].reopen_chance);
  work += ticket.reopened ? random.Between(600, 7'200) : 0;
  const bool stuck = random.Chance(140);  // Waits for the customer for ever.
  const Instant resolved_at = ticket.created_at + std::chrono::minutes{response + work};
  if (stuck || resolved_at > kExported) {
    return;
  }
  ticket.resolved_at = resolved_at;
  if (random.Chance(ticket.channel == 2 ? 5'200 : 3'400)) {
    ticket.satisfaction = DrawSatisfaction(ticket, random);
  }
}

std::string_view StatusOf(const Ticket& ticket) {
  if (ticket.resolved_at) {
    return "resolved";
  }
  return ticket.first_response ? "waiting" : "open";
}

void AddTicket(const Ticket& ticket, std::int64_t number, CsvTable& tickets) {
  tickets.Text(fmt::format("T-{:05}", number)).Time(ticket.created_at);
  tickets.Text(fmt::format("ACC-{}", ticket.account)).Text(ticket.subject);
  tickets.Text(kChannels[ticket.channel]).Text(kAreas[ticket.area].name);
  tickets.Text(kPriorities[ticket.priority]).Text(kPlans[ticket.plan]);
  tickets.Text(kCountries[ticket.country].name).Text(StatusOf(ticket));
  tickets.Text(ticket.agent != nullptr ? ticket.agent->name : "");
  ticket.first_response ? tickets.Whole(*ticket.first_response) : tickets.Blank();
  ticket.resolved_at ? tickets.Time(*ticket.resolved_at) : tickets.Blank();
  if (ticket.resolved_at) {
    tickets.Decimal((*ticket.resolved_at - ticket.created_at).count() / 360, 1);
  } else {
    tickets.Blank();
  }
  ticket.satisfaction ? tickets.Whole(*ticket.satisfaction) : tickets.Blank();
  tickets.Flag(ticket.reopened).Text(ticket.tags).EndRow();
}

// Whether there was time to send it again and still be answered before it was resolved.
bool MayBeSentTwice(const Ticket& ticket) {
  return ticket.resolved_at && *ticket.resolved_at - ticket.created_at >
                                   std::chrono::minutes{*ticket.first_response + 15};
}

// The same request, sent a second time by somebody impatient and closed without a rating.
Ticket SecondSending(const Ticket& ticket, Random& random) {
  Ticket second = ticket;
  second.created_at += std::chrono::seconds{random.Between(20, 900)};
  second.tags = "duplicate";
  second.satisfaction.reset();
  second.reopened = false;
  return second;
}

CsvTable AgentTable() {
  CsvTable agents({"agent", "team", "office", "hired_on"});
  for (const Agent& agent : kAgents) {
    agents.Text(agent.name).Text(agent.team).Text(agent.office).Date(agent.hired).EndRow();
  }
  return agents;
}

}  // namespace

void GenerateSupport(const std::filesystem::path& folder) {
  Random random(20230701);
  std::vector<Ticket> all;
  for (Day day = kFirstDay; day <= kLastDay; day += std::chrono::days{1}) {
    for (const std::int64_t second : ArrivalsOn(day, random)) {
      Ticket ticket = DrawTicket(Instant{day} + std::chrono::seconds{second}, random);
      Handle(ticket, random);
      all.push_back(ticket);
      if (MayBeSentTwice(ticket) && random.Chance(70)) {
        all.push_back(SecondSending(ticket, random));
      }
    }
  }
  std::stable_sort(all.begin(), all.end(), [](const Ticket& left, const Ticket& right) {
    return left.created_at < right.created_at;
  });
  CsvTable tickets({"ticket_id", "created_at", "account_id", "subject", "channel", "product_area",
                    "priority", "plan", "country", "status", "agent", "first_response_minutes",
                    "resolved_at", "resolution_hours", "satisfaction", "reopened", "tags"});
  std::int64_t number = 10'000;
  for (const Ticket& ticket : all) {
    AddTicket(ticket, ++number, tickets);
  }
  tickets.Write(folder / "tickets.csv");
  AgentTable().Write(folder / "agents.csv");
}

}  // namespace tabletalk::generator
