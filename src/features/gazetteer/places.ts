/** Countries, their peoples, and places. Folded (fold.ts); an underscore stands for a space. */

export const countries =
  "afghanistan albania algeria andorra angola antigua_and_barbuda argentina armenia australia austria azerbaijan bahamas bahrain " +
  "bangladesh barbados belarus belgium belize benin bhutan bolivia bosnia bosnia_and_herzegovina botswana brazil brunei bulgaria " +
  "burkina_faso burma burundi cambodia cameroon canada cape_verde cabo_verde central_african_republic chad chile china colombia " +
  "comoros congo costa_rica croatia cuba cyprus czechia czech_republic denmark djibouti dominica dominican_republic ecuador egypt " +
  "el_salvador england equatorial_guinea eritrea estonia eswatini ethiopia faroe_islands fiji finland france gabon gambia georgia " +
  "germany ghana gibraltar great_britain greece greenland grenada guatemala guinea guinea-bissau guyana haiti honduras hong_kong " +
  "hungary iceland india indonesia iran iraq ireland israel italy ivory_coast jamaica japan jordan kazakhstan kenya kiribati " +
  "kosovo kuwait kyrgyzstan laos latvia lebanon lesotho liberia libya liechtenstein lithuania luxembourg macau macedonia madagascar " +
  "malawi malaysia maldives mali malta marshall_islands mauritania mauritius mexico micronesia moldova monaco mongolia montenegro " +
  "morocco mozambique myanmar namibia nauru nepal netherlands holland new_zealand nicaragua niger nigeria north_korea " +
  "north_macedonia northern_ireland norway oman pakistan palau palestine panama papua_new_guinea paraguay peru philippines poland " +
  "portugal puerto_rico qatar romania russia rwanda saint_lucia samoa san_marino saudi_arabia scotland senegal serbia seychelles " +
  "sierra_leone singapore slovakia slovenia solomon_islands somalia south_africa south_korea south_sudan spain sri_lanka sudan " +
  "suriname swaziland sweden switzerland syria taiwan tajikistan tanzania thailand timor-leste togo tonga trinidad_and_tobago " +
  "tunisia turkey turkiye turkmenistan tuvalu uganda ukraine united_arab_emirates united_kingdom united_states " +
  "united_states_of_america usa uae uk uruguay uzbekistan vanuatu vatican vatican_city venezuela vietnam wales yemen zambia zimbabwe " +
  "deutschland osterreich schweiz frankreich italien spanien belgien niederlande polen danemark schweden norwegen finnland " +
  "griechenland ungarn russland turkei allemagne autriche suisse espagne italie belgique pays-bas pologne danemark suede norvege " +
  "finlande grece hongrie russie turquie angleterre royaume-uni etats-unis maroc algerie tunisie alemania francia italia espana " +
  "brasil belgica suiza suecia noruega finlandia grecia hungria rusia turquia reino_unido estados_unidos marruecos polska sverige " +
  "norge danmark suomi island magyarorszag hrvatska slovenija ceska slovensko nederland belgie";

export const peoples =
  "afghan albanian algerian american andorran angolan argentine argentinian armenian australian austrian azerbaijani bahraini " +
  "bangladeshi basque belarusian belgian belgians bolivian bosnian botswanan brazilian british briton britons bulgarian burmese " +
  "cambodian cameroonian canadian catalan chadian chechen chilean chinese colombian congolese corsican costa_rican croat croatian " +
  "cuban cypriot czech dane danes danish dominican dutch dutchman ecuadorian egyptian emirati english englishman eritrean estonian " +
  "ethiopian european fijian filipino finn finnish finns flemish french frenchman gambian georgian german ghanaian greek " +
  "greenlander greenlandic guatemalan guinean haitian honduran hungarian icelander icelandic indian indonesian iranian iraqi irish " +
  "irishman israeli italian ivorian jamaican japanese jordanian kazakh kenyan korean kosovar kurd kurdish kuwaiti kyrgyz laotian " +
  "latvian lebanese liberian libyan lithuanian luxembourger macedonian malagasy malawian malaysian maldivian malian maltese maori " +
  "mauritian mexican moldovan mongolian montenegrin moroccan mozambican namibian nepalese nepali new_zealander nicaraguan nigerian " +
  "north_korean norwegian omani pakistani palestinian panamanian paraguayan persian peruvian pole poles polish portuguese qatari " +
  "romani romanian russian rwandan salvadoran sami samoan saudi scot scots scottish scotsman senegalese serb serbian sicilian " +
  "singaporean slovak slovakian slovene slovenian somali south_african south_korean spaniard spanish sudanese surinamese swede " +
  "swedes swedish swiss syrian taiwanese tajik tanzanian thai tibetan tongan trinidadian tunisian turk turkish turkmen turks ugandan " +
  "ukrainian uruguayan uzbek venezuelan vietnamese welsh welshman yemeni zambian zimbabwean african asian african_american hispanic " +
  "latino latina arab arabic christian christians catholic catholics protestant protestants orthodox jewish jew jews muslim muslims " +
  "islamic hindu hindus buddhist buddhists sikh sikhs mormon mormons lutheran baptist methodist democrat democrats democratic " +
  "republican republicans socialist socialists communist communists conservative conservatives liberal liberals labour";

export const regions =
  "alabama alaska arizona arkansas california colorado connecticut delaware florida hawaii idaho illinois indiana iowa kansas kentucky " +
  "louisiana maine maryland massachusetts michigan minnesota mississippi missouri montana nebraska nevada new_hampshire new_jersey " +
  "new_mexico north_carolina north_dakota ohio oklahoma oregon pennsylvania rhode_island south_carolina south_dakota tennessee texas " +
  "utah vermont virginia washington west_virginia wisconsin wyoming ontario quebec alberta british_columbia manitoba saskatchewan " +
  "nova_scotia new_brunswick newfoundland yukon new_south_wales victoria queensland south_australia western_australia tasmania " +
  "bavaria bayern saxony sachsen hessen hesse thuringia brandenburg westphalia tyrol tirol styria steiermark carinthia karnten " +
  "catalonia andalusia galicia castilla valencia navarra brittany normandy provence burgundy alsace lorraine corsica lombardy " +
  "tuscany toscana veneto piedmont piemonte sicily sicilia sardinia sardegna calabria puglia campania lazio flanders wallonia " +
  "friesland zeeland limburg brabant utrecht gelderland scania skane smaland dalarna uppland jutland zealand lapland karelia bohemia " +
  "moravia silesia transylvania anatolia siberia crimea punjab kerala gujarat bengal tamil_nadu maharashtra scandinavia europe asia " +
  "africa america north_america south_america latin_america antarctica oceania middle_east balkans caribbean yorkshire cornwall " +
  "devon kent essex sussex surrey norfolk suffolk lancashire cheshire cumbria midlands highlands";

export const cities =
  "london paris berlin madrid rome roma vienna wien amsterdam brussels bruxelles lisbon lisboa dublin athens copenhagen kobenhavn " +
  "stockholm oslo helsinki reykjavik warsaw warszawa prague praha budapest bucharest sofia belgrade zagreb ljubljana sarajevo skopje " +
  "tirana podgorica pristina bratislava vilnius riga tallinn minsk kyiv kiev moscow moskva saint_petersburg st_petersburg istanbul " +
  "ankara izmir nicosia valletta luxembourg bern berne zurich geneva geneve basel lausanne lucerne luzern winterthur lugano " +
  "hamburg munich munchen cologne koln frankfurt stuttgart dusseldorf dortmund essen leipzig bremen dresden hanover hannover " +
  "nuremberg nurnberg duisburg bochum wuppertal bielefeld bonn munster karlsruhe mannheim augsburg wiesbaden aachen kiel lubeck " +
  "freiburg mainz erfurt rostock kassel potsdam saarbrucken heidelberg darmstadt regensburg ulm wurzburg trier jena graz linz " +
  "salzburg innsbruck klagenfurt villach wels bregenz marseille lyon toulouse nice nantes strasbourg montpellier bordeaux lille " +
  "rennes reims saint-etienne toulon grenoble dijon angers nimes clermont-ferrand le_havre le_mans aix-en-provence brest tours " +
  "amiens limoges metz besancon perpignan orleans mulhouse rouen caen nancy avignon cannes milan milano naples napoli turin torino " +
  "palermo genoa genova bologna florence firenze bari catania venice venezia verona messina padua padova trieste brescia parma " +
  "modena pisa siena perugia ravenna rimini cagliari barcelona valencia seville sevilla zaragoza malaga murcia palma bilbao alicante " +
  "cordoba valladolid vigo gijon granada pamplona salamanca cadiz toledo porto braga coimbra faro setubal aveiro rotterdam the_hague " +
  "den_haag utrecht eindhoven groningen tilburg almere breda nijmegen haarlem arnhem leiden delft maastricht antwerp antwerpen ghent " +
  "gent bruges brugge leuven liege namur charleroi mons birmingham manchester liverpool leeds sheffield bristol newcastle nottingham " +
  "leicester southampton portsmouth plymouth brighton oxford cambridge york bath exeter norwich coventry hull derby wolverhampton " +
  "swansea cardiff newport edinburgh glasgow aberdeen dundee inverness belfast derry cork limerick galway waterford aarhus odense " +
  "aalborg esbjerg gothenburg goteborg malmo uppsala vasteras orebro linkoping helsingborg norrkoping umea lund bergen trondheim " +
  "stavanger tromso drammen kristiansand espoo tampere vantaa oulu turku jyvaskyla lahti kuopio lappeenranta rovaniemi pori " +
  "akureyri krakow lodz wroclaw poznan gdansk szczecin lublin katowice brno ostrava plzen olomouc liberec kosice debrecen szeged " +
  "pecs gyor miskolc cluj timisoara iasi constanta brasov plovdiv varna burgas thessaloniki patras heraklion split rijeka osijek " +
  "zadar dubrovnik maribor celje kranj novi_sad nis mostar banja_luka kaunas klaipeda daugavpils tartu narva parnu lviv odessa " +
  "kharkiv dnipro donetsk kazan novosibirsk yekaterinburg samara omsk sochi vladivostok new_york new_york_city nyc los_angeles " +
  "chicago houston phoenix philadelphia san_antonio san_diego dallas austin san_jose fort_worth jacksonville columbus charlotte " +
  "indianapolis san_francisco seattle denver washington_dc boston nashville detroit oklahoma_city portland las_vegas memphis " +
  "louisville baltimore milwaukee albuquerque tucson fresno sacramento kansas_city mesa atlanta omaha colorado_springs raleigh miami " +
  "long_beach oakland minneapolis tulsa tampa arlington new_orleans wichita cleveland bakersfield aurora anaheim honolulu santa_ana " +
  "riverside lexington stockton saint_paul st_louis cincinnati pittsburgh greensboro anchorage plano lincoln orlando irvine newark " +
  "toledo durham chula_vista fort_wayne jersey_city laredo madison lubbock buffalo reno boise spokane richmond des_moines tacoma " +
  "salt_lake_city huntsville knoxville chattanooga hartford albany syracuse rochester toronto montreal vancouver calgary edmonton " +
  "ottawa winnipeg hamilton halifax victoria saskatoon regina mexico_city guadalajara monterrey puebla tijuana cancun havana " +
  "kingston san_juan santo_domingo port-au-prince guatemala_city tegucigalpa managua bogota medellin cali cartagena caracas maracaibo " +
  "quito guayaquil lima cusco arequipa la_paz santiago valparaiso buenos_aires rosario mendoza montevideo asuncion sao_paulo " +
  "rio_de_janeiro brasilia salvador fortaleza belo_horizonte manaus curitiba recife porto_alegre goiania belem campinas joinville " +
  "florianopolis cairo alexandria giza tunis algiers oran casablanca rabat marrakech fes tangier agadir tripoli lagos abuja kano " +
  "accra kumasi abidjan dakar bamako ouagadougou niamey nairobi mombasa kampala kigali addis_ababa khartoum mogadishu dar_es_salaam " +
  "lusaka harare maputo luanda kinshasa johannesburg cape_town durban pretoria port_elizabeth windhoek gaborone antananarivo " +
  "jerusalem tel_aviv haifa beirut damascus amman baghdad basra tehran isfahan riyadh jeddah mecca medina dubai abu_dhabi doha " +
  "kuwait_city muscat kabul karachi lahore islamabad mumbai bombay delhi new_delhi bangalore hyderabad chennai kolkata calcutta pune " +
  "ahmedabad jaipur lucknow dhaka kathmandu colombo yangon bangkok chiang_mai phnom_penh hanoi ho_chi_minh_city saigon kuala_lumpur " +
  "jakarta surabaya bali manila cebu taipei kaohsiung beijing shanghai shenzhen guangzhou chengdu wuhan nanjing tianjin xian " +
  "seoul busan incheon pyongyang tokyo osaka kyoto yokohama nagoya sapporo kobe fukuoka hiroshima sendai tashkent almaty astana " +
  "bishkek baku tbilisi yerevan sydney melbourne brisbane perth adelaide canberra hobart darwin gold_coast auckland wellington " +
  "christchurch dunedin hollywood manhattan brooklyn queens harlem silicon_valley";
