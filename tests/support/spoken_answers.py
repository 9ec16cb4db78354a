"""A hundred sentences of answers, as models write them, and how a person reads each: numbers, money, dates, times,
units, abbreviations, names of programs, addresses, code, and Markdown."""

from __future__ import annotations

import re
from typing import NamedTuple


class SpokenAnswer(NamedTuple):
    """`kind` is what is difficult about it."""

    kind: str
    written: str
    read: str


SPOKEN_ANSWERS: tuple[SpokenAnswer, ...] = tuple(
    SpokenAnswer(kind, written, read)
    for kind, pairs in {
        "plain": (
            ("The **red circle** is at the top left of the picture.",) * 2,
            ("You can close the window, and the answer goes on.",) * 2,
            ("There is *no* difference between the two files.",) * 2,
            ("Most of the text in this picture is written by hand.",) * 2,
            ("The door is open, but nobody is in the room.",) * 2,
            ("It depends on the weather, the season, and the time of day.",) * 2,
        ),
        "numbers": (
            ("The picture shows 3 shapes and 12 lines.", "The picture shows three shapes and twelve lines."),
            (
                "About 1,250 people live in the village.",
                "About one thousand two hundred fifty people live in the village.",
            ),
            (
                "The population was 3,402,118 in the last census.",
                "The population was three million four hundred two thousand one hundred eighteen in the last census.",
            ),
            ("The value of pi is about 3.14159.", "The value of pi is about three point one four one five nine."),
            ("She finished in 1st place, he was 3rd.", "She finished in 1st place, he was 3rd."),
            (
                "The error rate fell from 0.05 to 0.02.",
                "The error rate fell from zero point zero five to zero point zero two.",
            ),
            ("It costs 2.5 million dollars.", "It costs two point five million dollars."),
            ("Roughly 1/2 of the cake is left.", "Roughly one half of the cake is left."),
            ("Take 3/4 of the sugar first.", "Take three quarters of the sugar first."),
            ("The result is -7.", "The result is minus seven."),
            (
                "There are 24 hours in a day and 365 days in a year.",
                "There are twenty four hours in a day and three hundred sixty five days in a year.",
            ),
            ("Between 10 and 15 files were changed.", "Between ten and fifteen files were changed."),
            ("Pages 10–15 are missing.", "Pages ten to fifteen are missing."),
            ("The sum of 8 + 5 is 13.", "The sum of eight plus five is thirteen."),
            ("Multiply 6 * 7 to get 42.", "Multiply six times seven to get forty two."),
            ("The ratio is 16:9.", "The ratio is sixteen to nine."),
        ),
        "percent": (
            ("Sales rose by 12% in March.", "Sales rose by twelve percent in March."),
            ("Only 0.5% of the users noticed it.", "Only zero point five percent of the users noticed it."),
            ("The battery is at 87 %.", "The battery is at eighty seven percent."),
            ("Between 20–30% of the water is lost.", "Between twenty to thirty percent of the water is lost."),
        ),
        "money": (
            ("The total is $12.50.", "The total is twelve dollars and fifty cents."),
            ("It costs €30 per month.", "It costs thirty euros per month."),
            ("The house was sold for $1,200,000.", "The house was sold for one million two hundred thousand dollars."),
            ("A ticket is £4.", "A ticket is four pounds."),
            ("They raised $5 million last year.", "They raised five million dollars last year."),
            ("The invoice says 249.99 EUR.", "The invoice says two hundred forty nine point nine nine euros."),
        ),
        "dates": (
            ("The meeting is on March 12, 2026.", "The meeting is on March 12th 2026."),
            ("The first version came out in 1998.", "The first version came out in nineteen ninety eight."),
            ("The invoice is dated 2024-05-17.", "The invoice is dated May 17th 2024."),
            ("He was born on 4 July 1976.", "He was born on the 4th of July 1976."),
            ("It was popular in the 1980s.", "It was popular in the nineteen eighties."),
            ("The war lasted from 1914 to 1918.", "The war lasted from nineteen fourteen to nineteen eighteen."),
            ("The deadline is Fri., Jan. 5.", "The deadline is Friday January 5th."),
            ("The photo was taken on 12/25/2023.", "The photo was taken on December 25th 2023."),
        ),
        "times": (
            ("The train leaves at 8:15 am.", "The train leaves at 8:15 a.m."),
            ("Dinner is at 7 pm.", "Dinner is at 7 p.m."),
            ("The call begins at 14:30.", "The call begins at fourteen thirty."),
            ("We are open 9:00–17:00.", "We are open nine o'clock to seventeen o'clock."),
            ("It took 2 h 30 min.", "It took two hours thirty minutes."),
            ("The video is 45 s long.", "The video is forty five seconds long."),
        ),
        "units": (
            ("The distance is 5 km.", "The distance is five kilometers."),
            ("The box weighs 2.5 kg.", "The box weighs two point five kilograms."),
            ("It is 21 °C outside.", "It is twenty one degrees Celsius outside."),
            ("The file has 350 MB.", "The file has three hundred fifty megabytes."),
            (
                "Your disk has 1 TB, of which 200 GB are free.",
                "Your disk has one terabyte, of which two hundred gigabytes are free.",
            ),
            ("The car drove at 120 km/h.", "The car drove at one hundred twenty kilometers per hour."),
            (
                "The screen is 1920 x 1080 pixels.",
                "The screen is one thousand nine hundred twenty by one thousand eighty pixels.",
            ),
            ("Add 250 ml of milk.", "Add two hundred fifty milliliters of milk."),
            ("The room has 20 m².", "The room has twenty square meters."),
            ("The processor runs at 3.2 GHz.", "The processor runs at 3.2 GHz."),
            ("Bake it for 25 min at 180 °C.", "Bake it for twenty five minutes at one hundred eighty degrees Celsius."),
            ("He is 6 ft tall.", "He is six feet tall."),
        ),
        "abbreviations": (
            (
                "Use a format such as PNG or JPEG, e.g. for photos.",
                "Use a format such as PNG or JPEG, for example for photos.",
            ),
            ("Dr. Smith and Mrs. Jones were there.", "Doctor Smith and Missus Jones were there."),
            ("Bring pens, paper, etc. with you.", "Bring pens, paper, etc. with you."),
            ("The smaller one, i.e. the left one, is blue.", "The smaller one, that is, the left one, is blue."),
            ("The U.S. has 50 states.", "The U.S. has fifty states."),
            ("It is old vs. new again.", "It is old versus new again."),
            ("The CPU is busy, the GPU is not.", "The CPU is busy, the GPU is not."),
            ("NASA and the FBI have their own pages.", "NASA and the FBI have their own pages."),
            ("The API returns HTML.", "The API returns HTML."),
            ("He works for Acme Inc. in New York.", "He works for Acme Incorporated in New York."),
            ("See the table on p. 12.", "See the table on page twelve."),
            ("It is approx. 40 years old.", "It is approximately forty years old."),
            ("The St. Lawrence river is long.", "The Saint Lawrence river is long."),
        ),
        "programs": (
            ("Install Python 3.11 first.", "Install Python three point eleven first."),
            ("The newest release is version 2.0.1.", "The newest release is version two point zero point one."),
            ("Open the settings and choose *Wi-Fi*.", "Open the settings and choose Wi-Fi."),
            ("Press Ctrl+C to copy.", "Press control C to copy."),
            ("Save it as a .txt file.", "Save it as a dot TXT file."),
            ("The file `notes.txt` is empty.", "The file notes dot TXT is empty."),
            ("Call `print()` to see the value.", "Call print to see the value."),
            ("The variable `user_name` is never set.", "The variable user name is never set."),
            ("Run `git status` in the folder.", "Run git status in the folder."),
            ("Open **Settings > Privacy** and turn it off.", "Open settings, privacy and turn it off."),
            ("Use the option `--help` to see more.", "Use the option help to see more."),
        ),
        "addresses": (
            ("Look at https://www.example.org/docs/start for more.", "Look at example dot org for more."),
            ("The [manual](https://example.org/manual) explains it.", "The manual explains it."),
            ("Write to info@example.org today.", "Write to info at example dot org today."),
            ("Their page is wikipedia.org.", "Their page is wikipedia dot org."),
        ),
        "marks": (
            ("# The answer", "The answer"),
            ("- The first point is *short*.", "The first point is short."),
            ("1. Open the file & close it.", "One: open the file and close it."),
            ("> This was said by somebody else.", "This was said by somebody else."),
            ("The arrow (→) points to the door.", "The arrow points to the door."),
            ("Cats ~~or dogs~~ are allowed.", "Cats or dogs are allowed."),
            ("It is #1 on the list.", "It is number one on the list."),
            ("Tom & Anna like it 👍.", "Tom and Anna like it."),
            ("The price is ~$20.", "The price is about twenty dollars."),
            ("It is true if a = b.", "It is true if a equals b."),
            ("The water is too hot (> 60 °C).", "The water is too hot, greater than sixty degrees Celsius."),
            ("Her grade was A+.", "Her grade was A plus."),
            ("He/she should sign here.", "He or she should sign here."),
            ("The well-known pre-1990 model is gone.", "The well-known pre nineteen ninety model is gone."),
        ),
    }.items()
    for written, read in pairs
)


def as_it_sounds(text: str) -> str:
    """What sounds the same is written the same: "March 12" and "March 12th", "10-15" and "10 to 15", "8.15 a.m.",
    "example.org" and "example dot org", "CTRL-C"."""
    text = re.sub(
        r"(?<=[a-z])\.(?=[a-z]{2})|(?<=\s)\.(?=\w)", " dot ", re.sub(r"\bctrl\b-?", "control ", text, flags=re.I)
    )
    text = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", text)
    text = re.sub(r"(\d) ?[-–] ?(?=\d)", r"\1 to ", text)
    return re.sub(r"(\d)[.:](\d\d)(?= ?[ap]\.?m)", r"\1 \2", text)
