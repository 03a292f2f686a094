/** Common emoji by their Slack names; used by the text renderers. Unknown names stay as typed. */
const TABLE = `
+1 👍|-1 👎|100 💯|a 🅰|abc 🔤|admission_tickets 🎟|airplane ✈️|alarm_clock ⏰️|ambulance 🚑|anchor ⚓️|
angry 😠|apple 🍎|arrow_down ⬇️|arrow_forward ▶️|arrow_left ⬅️|arrow_lower_left ↙️|arrow_lower_right ↘️|
arrow_right ➡️|arrow_right_hook ↪️|arrow_up ⬆️|arrow_up_down ↕️|arrow_upper_left ↖️|
arrow_upper_right ↗️|arrows_clockwise 🔃|arrows_counterclockwise 🔄|asterisk *️⃣|astonished 😲|
athletic_shoe 👟|b 🅱|back 🔙|balance_scale ⚖️|balloon 🎈|ballot_box_with_check ☑️|bangbang ‼️|bank 🏦|
bar_chart 📊|battery 🔋|bear 🐻|bee 🐝|beer 🍺|beers 🍻|bell 🔔|bellhop_bell 🛎️|bike 🚲|birthday 🎂|
black_circle ⚫️|black_flag 🏴|black_heart 🖤|black_large_square ⬛️|black_medium_square ◼️|
black_right_pointing_triangle_with_double_vertical_bar ⏯️|black_small_square ▪️|black_square_button 🔲|
blue_book 📘|blue_circle 🔵|blue_heart 💙|blue_square 🟦|blush 😊|book 📖|bookmark 🔖|bookmark_tabs 📑|
books 📚|boom 💥|bow 🙇|boy 👦|brain 🧠|broken_heart 💔|broom 🧹|brown_circle 🟤|bug 🐛|bulb 💡|bus 🚌|
bust_in_silhouette 👤|busts_in_silhouette 👥|butterfly 🦋|cake 🍰|calendar 📆|calling 📲|car 🚗|
card_file_box 🗃|card_index 📇|card_index_dividers 🗂|cat 🐱|cd 💿|chart 💹|chart_with_downwards_trend 📉|
chart_with_upwards_trend 📈|checkered_flag 🏁|cherry_blossom 🌸|clap 👏|clipboard 📋|clock1 🕐|clock10 🕙|
clock11 🕚|clock12 🕛|clock2 🕑|clock3 🕒|clock4 🕓|clock5 🕔|clock6 🕕|clock7 🕖|clock8 🕗|clock9 🕘|
closed_book 📕|closed_lock_with_key 🔐|cloud ☁️|coffee ☕️|cold_sweat 😰|collision 💥|compass 🧭|computer 💻|
confetti_ball 🎊|confounded 😖|confused 😕|construction 🚧|construction_worker 👷|convenience_store 🏪|
cookie 🍪|cool 🆒|copyright ©️|couple 👫|credit_card 💳|crescent_moon 🌙|crossed_flags 🎌|crown 👑|cry 😢|
dark_sunglasses 🕶|dart 🎯|dash 💨|date 📅|department_store 🏬|desktop_computer 🖥|detective 🕵|
disappointed 😞|dizzy 💫|dog 🐶|dollar 💵|double_vertical_bar ⏸️|e-mail 📧|ear 👂|earth_africa 🌍|
earth_americas 🌎|earth_asia 🌏|eight 8️⃣|electric_plug 🔌|email ✉️|end 🔚|envelope ✉️|
envelope_with_arrow 📩|euro 💶|evergreen_tree 🌲|exclamation ❗️|exploding_head 🤯|expressionless 😑|eye 👁|
eyeglasses 👓|eyes 👀|face_palm 🤦|face_with_monocle 🧐|face_with_rolling_eyes 🙄|facepalm 🤦|factory 🏭|
family 👪|fast_forward ⏩️|fax 📠|fearful 😨|female-technologist 👩‍💻|file_cabinet 🗄|file_folder 📁|fire 🔥|
fire_engine 🚒|first_place_medal 🥇|fist ✊️|five 5️⃣|flashlight 🔦|floppy_disk 💾|flushed 😳|
folded_hands 🙏|four 4️⃣|four_leaf_clover 🍀|fox_face 🦊|free 🆓|frowning 😦|gear ⚙️|ghost 👻|gift 🎁|girl 👧|
globe_with_meridians 🌐|green_book 📗|green_circle 🟢|green_heart 💚|green_square 🟩|grey_exclamation ❕️|
grey_question ❔️|grimacing 😬|grin 😁|grinning 😀|guardsman 💂|hammer 🔨|hammer_and_wrench 🛠️|hand ✋️|
handshake 🤝|hash #️⃣|headphones 🎧|headset 🎧|hear_no_evil 🙉|heart ❤️|heart_eyes 😍|heavy_check_mark ✔️|
heavy_dollar_sign 💲|heavy_exclamation_mark ❗️|heavy_minus_sign ➖️|heavy_multiplication_x ✖️|
heavy_plus_sign ➕️|herb 🌿|hospital 🏥|hourglass ⌛️|hourglass_flowing_sand ⏳️|house 🏠|
house_with_garden 🏡|hugging_face 🤗|hugs 🤗|hushed 😯|id 🆔|identification_card 🪪|inbox_tray 📥|
incoming_envelope 📨|information_desk_person 💁|information_source ℹ️|innocent 😇|interrobang ⁉️|
iphone 📱|jigsaw 🧩|joy 😂|key 🔑|keyboard ⌨️|keycap_ten 🔟|kissing_heart 😘|label 🏷|ladder 🪜|
large_blue_circle 🔵|large_blue_diamond 🔷|large_blue_square 🟦|large_brown_circle 🟤|
large_green_circle 🟢|large_green_square 🟩|large_orange_circle 🟠|large_orange_diamond 🔶|
large_orange_square 🟧|large_purple_circle 🟣|large_purple_square 🟪|large_red_square 🟥|
large_yellow_circle 🟡|large_yellow_square 🟨|laughing 😆|ledger 📒|left_right_arrow ↔️|
left_speech_bubble 🗨️|leftwards_arrow_with_hook ↩️|lifebuoy 🛟|link 🔗|lock 🔒|lock_with_ink_pen 🔏|
loudspeaker 📢|mag 🔍|mag_right 🔎|magic_wand 🪄|magnet 🧲|mailbox 📫|mailbox_with_mail 📬|
male-technologist 👨‍💻|man 👨|mask 😷|medal 🏅|mega 📣|melting_face 🫠|memo 📝|microphone 🎤|
money_with_wings 💸|moneybag 💰|mortar_board 🎓|mouse 🐭|muscle 💪|mute 🔇|negative_squared_cross_mark ❎️|
nerd_face 🤓|neutral_face 😐|new 🆕|newspaper 📰|nine 9️⃣|no_bell 🔕|no_entry ⛔️|no_entry_sign 🚫|no_good 🙅|
no_mouth 😶|notebook 📓|nut_and_bolt 🔩|o ⭕️|octagonal_sign 🛑|office 🏢|office_worker 🧑‍💼|ok 🆗|ok_hand 👌|
ok_woman 🙆|on 🔛|one 1️⃣|open_file_folder 📂|open_mouth 😮|orange_book 📙|orange_circle 🟠|orange_heart 🧡|
orange_square 🟧|outbox_tray 📤|package 📦|page_facing_up 📄|page_with_curl 📃|pager 📟|panda_face 🐼|
paperclip 📎|partly_sunny ⛅️|partying_face 🥳|pause_button ⏸️|pencil 📝|pencil2 ✏️|pensive 😔|person 🧑|
phone ☎️|pill 💊|pizza 🍕|pleading_face 🥺|point_down 👇|point_left 👈|point_right 👉|point_up ☝️|popcorn 🍿|
postbox 📮|pound 💷|pray 🙏|printer 🖨|punch 👊|purple_circle 🟣|purple_heart 💜|purple_square 🟪|pushpin 📌|
question ❓️|rabbit 🐰|rage 😡|rain_cloud 🌧️|rainbow 🌈|raised_hand ✋️|raised_hands 🙌|raising_hand 🙋|
receipt 🧾|recycle ♻️|red_circle 🔴|red_envelope 🧧|red_flag 🚩|red_square 🟥|registered ®️|relieved 😌|
repeat 🔁|rewind ⏪️|ring_buoy 🛟|robot_face 🤖|rocket 🚀|rofl 🤣|roll_eyes 🙄|rose 🌹|rotating_light 🚨|
round_pushpin 📍|rowboat 🚣|saluting_face 🫡|satellite 📡|satisfied 😆|scales ⚖️|scissors ✂️|scream 😱|
see_no_evil 🙈|seedling 🌱|seven 7️⃣|shield 🛡|ship 🚢|shoe 👞|shopping_bags 🛍️|shopping_cart 🛒|
shopping_trolley 🛒|shrug 🤷|simple_smile 🙂|six 6️⃣|skull 💀|sleeping 😴|sleepy 😪|sleuth_or_spy 🕵️|
slightly_frowning_face 🙁|slightly_smiling_face 🙂|small_blue_diamond 🔹|small_orange_diamond 🔸|
small_red_triangle 🔺|small_red_triangle_down 🔻|smile 😄|smiley 😃|smirk 😏|snail 🐌|snowflake ❄️|sob 😭|
soon 🔜|sos 🆘|sound 🔉|sparkles ✨️|sparkling_heart 💖|speak_no_evil 🙊|speaker 🔈|
speaking_head_in_silhouette 🗣|speech_balloon 💬|spiral_calendar_pad 🗓️|spiral_note_pad 🗒️|spock-hand 🖖|
star ⭐️|star2 🌟|stop_sign 🛑|stopwatch ⏱️|straight_ruler 📏|stuck_out_tongue 😛|sunflower 🌻|sunglasses 😎|
sunny ☀️|sunrise 🌅|sunset 🌇|superhero 🦸|sweat 😓|sweat_drops 💦|sweat_smile 😅|syringe 💉|tada 🎉|tea 🍵|
technologist 🧑‍💻|telephone ☎️|telephone_receiver 📞|test_tube 🧪|thermometer 🌡|thinking 🤔|
thinking_face 🤔|thought_balloon 💭|three 3️⃣|thumbsdown 👎|thumbsup 👍|ticket 🎫|timer_clock ⏲️|
tired_face 😫|tm ™️|toolbox 🧰|top 🔝|tophat 🎩|train 🚋|triangular_flag_on_post 🚩|triangular_ruler 📐|
triumph 😤|trophy 🏆|truck 🚚|turtle 🐢|twisted_rightwards_arrows 🔀|two 2️⃣|umbrella ☂️|unamused 😒|
unicorn_face 🦄|unlock 🔓|up 🆙|upside_down_face 🙃|v ✌️|warning ⚠️|wastebasket 🗑|watch ⌚️|wave 👋|
waving_white_flag 🏳️|weary 😩|white_check_mark ✅️|white_circle ⚪️|white_flag 🏳|white_frowning_face ☹️|
white_large_square ⬜️|white_medium_square ◻️|white_small_square ▫️|wink 😉|woman 👩|worried 😟|wrench 🔧|
writing_hand ✍️|x ❌️|yellow_circle 🟡|yellow_heart 💛|yellow_square 🟨|yum 😋|zap ⚡️|zero 0️⃣|
zipper_mouth_face 🤐|zzz 💤|`;

const EMOJI = new Map(
  TABLE.split("|")
    .map((entry) => entry.trim())
    .filter(Boolean)
    .map((entry) => entry.split(" ")),
);

const SKIN_TONES = ["", "", "\u{1F3FB}", "\u{1F3FC}", "\u{1F3FD}", "\u{1F3FE}", "\u{1F3FF}"];

/** The character for an emoji name, or null when the name is not known. */
export function emojiFor(name, skinTone = 0) {
  const char = EMOJI.get(name);
  return char ? char + (SKIN_TONES[skinTone] ?? "") : null;
}
