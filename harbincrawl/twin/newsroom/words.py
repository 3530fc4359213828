"""The invented vocabulary that all topics of the twin's news share: names, places, openers, tails, credits."""

from __future__ import annotations

OPENERS = (
    "",
    "",
    "",
    "",
    "On {month} {day}, ",
    "Since {year}, ",
    "In the first {small} weeks of {year}, ",
    "By the end of {month}, ",
    "By {month} {day} ( a {weekday} ), ",
    "In {year}, against all odds, ",
    "Only {small} days later, ",
    "For the {small}th year in a row, ",
    "As the thaw set in, ",
    "Under a plan published in {month}, ",
    "In {place}, ",
    "Despite {num} centimeters of snow, ",
    "Before the holiday, ",
    "With help from {country}, ",
    "At the request of {num} residents, ",
)

TAILS = (
    "",
    "",
    "",
    ", {person} said",
    ", said {person}, who has worked there since {year}",
    " {dash} {pct} percent more than in {year}",
    " {dash} the {small}th such step this season {dash} and drew {num} comments",
    ", according to a count made in {month}",
    ", while {place} will follow in {month}",
    " at a cost of {money}",
    ", and {num} people came to look",
    " without raising the price",
    ", though {pct} percent of those asked had doubts",
    " after talks that lasted {small} days",
    ", the bureau{apos}s office in {place} reported",
    ", which {open}nobody thought possible{close}, as {person} put it",
    ", with {num} more to come",
    " in the presence of guests from {country}",
    "; the next step is due in {month} {year}",
    ", a figure last seen in {year}",
)

QUOTES = (
    "{open}We count {num} of them every {weekday}, and we like what we see,{close} said {person}.",
    "{open}It took {small} tries. Now it works,{close} {person} told visitors from {country}.",
    "{open}People in {place} are patient {dash} but not for {small} winters,{close} {person} added.",
    "{open}Ask me again in {month},{close} said {person}, laughing.",
    "The budget is $ {small}.{small}m, of which {pct} percent has been spent.",
    "More than {num} people from {small} districts took part {dash} a record for a {weekday} in {month}.",
    "{person}, {num}, came from {place} by bus and stayed for {small} hours.",
    "Of the {num} applications, {pct} percent came from {place} and the rest from {country}.",
)

SUBHEADS = (
    "What comes next",
    "Numbers of the season",
    "A walk through {place}",
    "Getting there",
    "Voices from {place}",
    "Prices and hours",
    "Plans for {year}",
    "From {country} with thanks",
)

CAPTIONS = (
    "A worker checks {thing} in {place} on {month} {day}",
    "Guests from {country} look at {thing}",
    "{person} poses with {thing}",
    "{thing} seen from the riverbank in {month}",
    "Children queue for {thing} in {place}, {num} of them before noon",
    "A view of {place} with {thing}",
    "Evening light on {thing}, {month} {day}, {year}",
)

SUMMARIES = (
    "A short look at {thing}, with {num} figures and {small} voices from {place}.",
    "All you want to know about {thing}: who, where, and why {month} matters.",
    "{thing} is back {dash} our reporter went to {place} to see it on {month} {day}.",
)

PLACES = (
    "Lindian Lane", "Old Wharf", "Birch Hill", "Daoyuan", "Songbei Gate", "Red Mill", "Pingan Bridge", "Hulan Bend",
    "Acheng Fort", "Sunny Isle", "Xinyang Road", "Poplar Court", "Qunli Marsh", "Tower Square", "Shuangcheng",
    "Yilan Ferry", "Bayan Ridge", "Tonghe Meadow", "Mulan Quay", "Fangzheng", "Limin Park", "Station West",
    "Willow Dike", "Granary Yard", "Tiger Woods", "Mill Pond", "Ninth Street", "Lilac Garden", "Jade Spring",
    "Stone Ford",
)  # fmt: skip
COUNTRIES = (
    "Russia", "Japan", "Finland", "Canada", "South Korea", "Mongolia", "Kazakhstan", "Norway", "Italy", "Israel",
    "Austria", "Brazil", "New Zealand", "Poland", "Turkey", "Thailand",
)  # fmt: skip
SURNAMES = (
    "Wang", "Li", "Zhang", "Liu", "Chen", "Yang", "Zhao", "Huang", "Zhou", "Wu", "Xu", "Sun", "Ma", "Zhu", "Hu",
    "Guo", "He", "Lin", "Gao", "Luo",
)  # fmt: skip
GIVEN = (
    "Wei", "Xinyue", "Haoran", "Yulan", "Jianguo", "Meiling", "Zhiqiang", "Lan", "Dongmei", "Tao", "Qiu", "Bo",
    "Songlin", "Ruixue", "Feng", "Anqi", "Kai", "Shuhua",
)  # fmt: skip
MONTHS = ("Jan", "Feb", "March", "April", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DASHES = ("–", "—", "-", "―", "‒")
QUOTE_MARKS = (("“", "”", "’"), ('"', '"', "'"), ("“", "”", "'"))

SOURCES = ("chinadaily.com.cn", "chinadaily.com.cn", "e.my399.com", "e.my399.com", "Xinhua", "China Daily")
CREDITS = (
    "Photo/my399.com", "Photo/MY399.COM", "my399.com", "Xinhua", "Photo/VCG", "Photo by {person}/China Daily",
    "Photo/Ice City Plus", "Photo / Xinhua", "Photo provided to chinadaily.com.cn",
)  # fmt: skip
FILE_NAMES = ("{small2}_副本_副本.jpg", "图片{small2}.jpg", "{code}.jpg", "IMG_{num4}.JPG", "未标题-{small}.jpg")
