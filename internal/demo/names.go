package demo

// heritage is a part of the population: what its people are often called, and
// which languages are spoken at home.
type heritage struct {
	races     []string // as the federal categories are called
	languages []share[string]
	last      []string
	female    []string
	male      []string
}

const english = "English"

// heritages are the parts of the population with their shares; each district
// weighs them anew. The names are common ones; who bears two of them here is made
// up.
var heritages = []share[heritage]{
	{4400, heritage{[]string{"White"}, []share[string]{{97, english}, {1, "Russian"}, {1, "Polish"}, {1, "Ukrainian"}}, lastEnglish, femaleEnglish, maleEnglish}},
	{2700, heritage{[]string{"Hispanic or Latino"}, []share[string]{{55, "Spanish"}, {45, english}}, lastSpanish, femaleSpanish, maleSpanish}},
	{1450, heritage{[]string{"Black - African American"}, []share[string]{{94, english}, {4, "Haitian Creole"}, {2, "French"}}, lastBlack, femaleBlack, maleBlack}},
	{150, heritage{[]string{"Black - African American"}, []share[string]{{70, "Somali"}, {20, "Amharic"}, {10, english}}, lastHorn, femaleHorn, maleHorn}},
	{180, heritage{[]string{"Asian"}, []share[string]{{60, "Vietnamese"}, {40, english}}, lastVietnamese, femaleVietnamese, maleVietnamese}},
	{180, heritage{[]string{"Asian"}, []share[string]{{45, "Chinese"}, {55, english}}, lastChinese, femaleChinese, maleChinese}},
	{180, heritage{[]string{"Asian"}, []share[string]{{30, "Hindi"}, {15, "Telugu"}, {55, english}}, lastIndian, femaleIndian, maleIndian}},
	{120, heritage{[]string{"Asian"}, []share[string]{{40, "Tagalog"}, {60, english}}, lastFilipino, femaleSpanish, maleSpanish}},
	{140, heritage{[]string{"White"}, []share[string]{{65, "Arabic"}, {35, english}}, lastArabic, femaleArabic, maleArabic}},
	{110, heritage{[]string{"American Indian - Alaska Native"}, []share[string]{{85, english}, {15, "Navajo"}}, lastNative, femaleEnglish, maleEnglish}},
	{50, heritage{[]string{"Native Hawaiian - Pacific Islander"}, []share[string]{{60, english}, {25, "Samoan"}, {15, "Marshallese"}}, lastPacific, femaleEnglish, maleEnglish}},
	{260, heritage{[]string{"Black - African American", "White"}, []share[string]{{98, english}, {2, "French"}}, lastBlack, femaleBlack, maleEnglish}},
	{130, heritage{[]string{"Asian", "White"}, []share[string]{{95, english}, {5, "Chinese"}}, lastEnglish, femaleChinese, maleEnglish}},
}

var (
	femaleEnglish = []string{"Abigail", "Addison", "Amelia", "Audrey", "Ava", "Brooke", "Caroline", "Charlotte", "Clara", "Daisy", "Eleanor", "Ella", "Emma", "Esther", "Evelyn", "Faith", "Grace", "Hannah", "Harper", "Hazel", "Ivy", "Josephine", "Julia", "Katherine", "Lily", "Lucy", "Mabel", "Madeline", "Margaret", "Molly", "Nora", "Olivia", "Paige", "Penelope", "Phoebe", "Rebecca", "Rose", "Ruby", "Sadie", "Sophie", "Stella", "Tessa", "Violet", "Willa"}
	maleEnglish   = []string{"Aaron", "Adam", "Asher", "Austin", "Benjamin", "Blake", "Caleb", "Carter", "Charles", "Colin", "Connor", "Daniel", "Dylan", "Elliot", "Ethan", "Evan", "Felix", "Finn", "Gavin", "George", "Graham", "Henry", "Hudson", "Isaac", "Jack", "James", "Joel", "Joseph", "Landon", "Levi", "Logan", "Lucas", "Mason", "Miles", "Nathan", "Noah", "Oliver", "Owen", "Parker", "Samuel", "Silas", "Theodore", "Thomas", "Wyatt"}
	lastEnglish   = []string{"Abbott", "Archer", "Ashby", "Barlow", "Beckett", "Bishop", "Bradford", "Brennan", "Calloway", "Carver", "Chandler", "Clayton", "Corbin", "Crawford", "Dalton", "Dawson", "Ellery", "Emerson", "Fairbanks", "Fletcher", "Garrison", "Gentry", "Hadley", "Hartman", "Holloway", "Hutchins", "Kessler", "Kimball", "Lambert", "Langley", "Lindgren", "Lockhart", "Marlow", "McKenna", "Mercer", "Nielsen", "Norwood", "Novak", "Oakley", "Pemberton", "Prescott", "Quinlan", "Ramsey", "Rowland", "Schaefer", "Sinclair", "Stanton", "Sutter", "Talbot", "Thornton", "Underhill", "Vance", "Wakefield", "Weller", "Whitaker", "Yates"}

	femaleSpanish = []string{"Adriana", "Alejandra", "Alma", "Ana", "Andrea", "Beatriz", "Camila", "Carmen", "Catalina", "Daniela", "Elena", "Esmeralda", "Fernanda", "Gabriela", "Guadalupe", "Isabel", "Itzel", "Jimena", "Juliana", "Karina", "Leticia", "Lucia", "Luz", "Marisol", "Mariana", "Natalia", "Paloma", "Paola", "Renata", "Rocio", "Rosa", "Valentina", "Valeria", "Ximena", "Yesenia", "Zulema"}
	maleSpanish   = []string{"Adrian", "Alberto", "Alejandro", "Andres", "Angel", "Antonio", "Armando", "Carlos", "Cesar", "Cristian", "Diego", "Eduardo", "Emiliano", "Enrique", "Esteban", "Felipe", "Fernando", "Francisco", "Gael", "Gerardo", "Hector", "Hugo", "Ivan", "Javier", "Joaquin", "Jorge", "Julian", "Luis", "Manuel", "Marcos", "Mateo", "Miguel", "Nicolas", "Pablo", "Rafael", "Ramiro", "Ricardo", "Rodrigo", "Santiago", "Sergio", "Tomas", "Victor"}
	lastSpanish   = []string{"Aguilar", "Alvarado", "Arroyo", "Avila", "Barrera", "Bautista", "Cabrera", "Camacho", "Cardenas", "Carrillo", "Castaneda", "Cervantes", "Contreras", "Cordova", "Delgado", "Escobar", "Espinoza", "Estrada", "Figueroa", "Fuentes", "Galvan", "Guerrero", "Ibarra", "Juarez", "Leyva", "Macias", "Maldonado", "Marquez", "Medina", "Mejia", "Molina", "Montoya", "Navarro", "Ochoa", "Orozco", "Pacheco", "Palacios", "Quintero", "Rangel", "Rosales", "Salazar", "Sandoval", "Serrano", "Solis", "Trevino", "Valdez", "Vega", "Velasco", "Villanueva", "Zamora", "Zepeda", "Zuniga"}

	femaleBlack = []string{"Aaliyah", "Alana", "Amari", "Aniyah", "Asia", "Brianna", "Camille", "Chanel", "Danielle", "Deja", "Ebony", "Essence", "Gabrielle", "Imani", "India", "Jada", "Jasmine", "Kayla", "Kennedy", "Kiara", "Layla", "London", "Makayla", "Maya", "Michelle", "Monique", "Naomi", "Nia", "Nyla", "Raven", "Sanaa", "Serenity", "Simone", "Skye", "Taylor", "Tiana", "Zaria", "Zoe"}
	maleBlack   = []string{"Andre", "Anthony", "Bryce", "Cameron", "Cedric", "Darius", "Darnell", "Demetrius", "Derrick", "Devin", "Dominic", "Elijah", "Emmanuel", "Isaiah", "Isiah", "Jabari", "Jaden", "Jalen", "Jamal", "Jaylen", "Jeremiah", "Jordan", "Josiah", "Kameron", "Keith", "Kendrick", "Khalil", "Langston", "Malachi", "Malik", "Marcus", "Maurice", "Micah", "Quincy", "Reginald", "Terrell", "Trevon", "Tyrese", "Xavier", "Zion"}
	lastBlack   = []string{"Alston", "Ballard", "Banks", "Battle", "Booker", "Boykin", "Bridges", "Broadnax", "Chatman", "Coles", "Cotton", "Dixon", "Dorsey", "Fields", "Fontaine", "Gadsden", "Gaines", "Goodwin", "Hairston", "Hightower", "Ingram", "Jeffries", "Joiner", "Lanier", "Ledbetter", "Mayfield", "McClain", "Merriweather", "Mosley", "Pettway", "Pinkney", "Rawls", "Roundtree", "Rucker", "Sessions", "Singletary", "Stallworth", "Tolbert", "Townsend", "Vaughn", "Weathers", "Whitfield", "Winfield", "Witherspoon"}

	femaleHorn = []string{"Amina", "Asha", "Ayaan", "Fadumo", "Hamdi", "Hibo", "Hodan", "Idil", "Ifrah", "Khadra", "Ladan", "Leyla", "Meron", "Nasteha", "Sahra", "Selam", "Suad", "Yordanos"}
	maleHorn   = []string{"Abdi", "Abdirahman", "Ayub", "Bilal", "Dawit", "Hassan", "Ibrahim", "Ismail", "Khalid", "Liban", "Mahad", "Nahom", "Robel", "Samatar", "Yonas", "Yusuf", "Zakaria"}
	lastHorn   = []string{"Abdullahi", "Aden", "Barre", "Bekele", "Dirie", "Duale", "Farah", "Gebre", "Guled", "Haile", "Hersi", "Jama", "Kebede", "Nur", "Osman", "Roble", "Shire", "Tesfaye", "Warsame"}

	femaleVietnamese = []string{"An", "Bao Chau", "Diem", "Giang", "Hanh", "Hien", "Hoa", "Huong", "Kim", "Lan", "Linh", "Mai", "My", "Ngoc", "Nhi", "Phuong", "Quyen", "Thao", "Thu", "Trang", "Tuyet", "Vy"}
	maleVietnamese   = []string{"Anh", "Bao", "Binh", "Cuong", "Dat", "Duc", "Dung", "Hai", "Hieu", "Hung", "Huy", "Khang", "Khoa", "Long", "Minh", "Nam", "Phuc", "Quan", "Son", "Tai", "Thien", "Tuan", "Vinh"}
	lastVietnamese   = []string{"Bui", "Cao", "Dang", "Dinh", "Do", "Duong", "Ha", "Ho", "Huynh", "Lam", "Luong", "Ly", "Mac", "Ngo", "Phan", "Quach", "Ta", "Thai", "To", "Truong", "Vo", "Vuong"}

	femaleChinese = []string{"Angela", "Cindy", "Claire", "Emily", "Fiona", "Hui", "Jia", "Jing", "Joyce", "Lian", "Mei", "Ming", "Qian", "Rui", "Shan", "Vivian", "Wen", "Xia", "Yan", "Ying", "Yue"}
	maleChinese   = []string{"Alan", "Bo", "Chen", "David", "Edison", "Eric", "Feng", "Hao", "Jian", "Jun", "Kevin", "Lei", "Nelson", "Peng", "Qiang", "Raymond", "Tao", "Vincent", "Wei", "Yang", "Zhen"}
	lastChinese   = []string{"Bai", "Cai", "Cheung", "Deng", "Fan", "Fong", "Gao", "Gu", "Hsu", "Jiang", "Kong", "Lau", "Leung", "Luo", "Mah", "Pan", "Qiu", "Shen", "Song", "Tam", "Tsai", "Xie", "Yuan", "Zeng", "Zheng"}

	femaleIndian = []string{"Aanya", "Aditi", "Anika", "Anjali", "Bhavna", "Deepa", "Diya", "Esha", "Gauri", "Isha", "Kavya", "Lakshmi", "Meera", "Nandini", "Nisha", "Pooja", "Priya", "Radhika", "Riya", "Saanvi", "Shreya", "Sneha", "Tara", "Vidya"}
	maleIndian   = []string{"Aarav", "Abhinav", "Aditya", "Ajay", "Akash", "Anand", "Arjun", "Aryan", "Dev", "Gaurav", "Ishaan", "Karthik", "Krish", "Manav", "Naveen", "Nikhil", "Pranav", "Rahul", "Rohan", "Sachin", "Siddharth", "Tejas", "Varun", "Vikram"}
	lastIndian   = []string{"Agarwal", "Banerjee", "Bhatt", "Chandra", "Chowdhury", "Dasgupta", "Desai", "Deshpande", "Gill", "Iyer", "Joshi", "Kapoor", "Kulkarni", "Mehta", "Menon", "Mishra", "Nair", "Pillai", "Rao", "Reddy", "Saxena", "Sethi", "Sharma", "Thakur", "Varma"}

	lastFilipino = []string{"Abad", "Agbayani", "Aquino", "Bautista", "Belmonte", "Bondoc", "Cabral", "Dela Cruz", "Dimaculangan", "Evangelista", "Galang", "Lacson", "Lim", "Macaraeg", "Magsaysay", "Manalo", "Pangilinan", "Quiambao", "Salonga", "Tolentino", "Villaruel"}

	femaleArabic = []string{"Aisha", "Amal", "Dalia", "Dina", "Fatima", "Hala", "Hanan", "Huda", "Jana", "Lamia", "Lina", "Maha", "Mariam", "Nadia", "Noor", "Rania", "Reem", "Salma", "Samira", "Yasmin", "Zahra", "Zeina"}
	maleArabic   = []string{"Adnan", "Ahmad", "Ali", "Amir", "Bassam", "Fadi", "Faris", "Hadi", "Hamza", "Jamil", "Karim", "Majid", "Nabil", "Omar", "Rami", "Sami", "Tariq", "Waleed", "Yasin", "Youssef", "Zaid", "Ziad"}
	lastArabic   = []string{"Abboud", "Ayoub", "Aziz", "Darwish", "Fakhoury", "Ghanem", "Haddad", "Hakim", "Jaber", "Kanaan", "Karam", "Khalil", "Khoury", "Mansour", "Masri", "Nasser", "Qasim", "Rahal", "Saleh", "Shaheen", "Tannous", "Zaman"}

	lastNative  = []string{"Arviso", "Begay", "Benally", "Blackwater", "Etsitty", "Greycloud", "Hardy", "Lightfoot", "Littlewolf", "Manygoats", "Nakai", "Redfern", "Runningwater", "Silversmith", "Swiftwater", "Tsosie", "Twohawks", "Whitehorse", "Yazzie"}
	lastPacific = []string{"Fa'alogo", "Faleolo", "Kahananui", "Kaleo", "Kalani", "Leilua", "Mahoe", "Makoa", "Malietoa", "Nakamura", "Palakiko", "Penitani", "Sapolu", "Taufa", "Tuiasosopo", "Vaifale"}
)

// shortNames are what some like to be called.
var shortNames = map[string]string{
	"Abigail": "Abby", "Alejandra": "Alex", "Alejandro": "Alex", "Anthony": "Tony", "Benjamin": "Ben", "Cameron": "Cam", "Charles": "Charlie",
	"Charlotte": "Charlie", "Daniel": "Danny", "Eduardo": "Eddie", "Eleanor": "Ellie", "Elijah": "Eli", "Evelyn": "Evie", "Francisco": "Paco",
	"Gabriela": "Gaby", "Guadalupe": "Lupe", "Isabel": "Isa", "Isaiah": "Zay", "James": "Jamie", "Jeremiah": "Jeremy", "Joseph": "Joe",
	"Josephine": "Josie", "Katherine": "Kate", "Madeline": "Maddie", "Makayla": "Kayla", "Manuel": "Manny", "Margaret": "Maggie",
	"Nicolas": "Nico", "Olivia": "Liv", "Penelope": "Penny", "Rafael": "Rafa", "Rebecca": "Becca", "Samuel": "Sam", "Santiago": "Santi",
	"Siddharth": "Sid", "Theodore": "Theo", "Thomas": "Tom", "Valentina": "Vale", "Vincent": "Vince", "Yesenia": "Jessie",
}

// What stands on a student's record as the sex.
var sexes = []share[string]{{4870, "Female"}, {5100, "Male"}, {30, "Not Selected"}}

const female = "Female"

// givenName gives a first name of the heritage for the sex.
func (h heritage) givenName(d *dice, sex string) string {
	if sex == female || sex != "Male" && d.below(2) == 0 {
		return pick(d, h.female)
	}
	return pick(d, h.male)
}
