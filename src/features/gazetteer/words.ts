/** Words that stand beside names and places. Folded (fold.ts); an underscore stands for a space. */

export const titles =
  "mr mrs ms miss mx dr prof professor sir dame lord lady rev reverend father sister brother hon honorable capt captain col colonel gen " +
  "general lt lieutenant maj major sgt sergeant cpl pvt admiral commander president senator governor mayor judge justice king queen " +
  "prince princess duke duchess baron count madam herr frau fraulein monsieur madame mademoiselle mme mlle senor senora senorita sra " +
  "srta don dona signor signora signorina sig dott dottore dottoressa avv senhor senhora dhr mevr mevrouw meneer hr fr pan pani ing mag " +
  "dipl esq jr sr phd md uncle aunt mum mom dad grandma grandpa";

export const organisationEnds =
  "inc incorporated corp corporation co company ltd limited llc llp lp plc gmbh mbh ag kg ohg ug se sa sas sarl srl spa bv nv vof ab oy " +
  "oyj as asa aps kft zrt bt doo dd ad sro spol zoo sp pty pte bhd sdn kk holding holdings group groupe gruppe partners associates " +
  "brothers bros sons trust foundation stiftung association society institute ltda eirl cia";

export const organisationWords =
  "bank capital ventures financial insurance consulting consultants advisors solutions systems technologies technology software labs " +
  "laboratories research analytics data digital media networks services industries international global energy motors airlines " +
  "airways pharma pharmaceuticals health healthcare hospital clinic university college school academy church ministry department " +
  "agency committee council commission federation union club league orchestra museum library theatre theater hotel restaurant cafe " +
  "press news times post journal magazine records pictures studios entertainment stores supermarket market foods brewery winery " +
  "logistics transport shipping railways telecom communications electronics semiconductor steel chemicals oil gas mining properties " +
  "estate realty construction engineering architects design security investments investment management asset securities exchange";

export const streetWords =
  "street st road rd avenue ave boulevard blvd lane ln drive court ct place pl square sq terrace crescent close way parkway pkwy " +
  "highway hwy grove gardens hill row walk mews circle cir trail loop plaza alley bridge quay wharf rue chemin impasse allee route " +
  "calle avenida paseo carrera via viale piazza corso vicolo rua travessa praca largo strasse str weg platz gasse ring damm ufer " +
  "straat laan plein gracht kade dreef gatan vagen grand gata vej gade veien vegen katu tie kuja polku utca ut ter ulica ulice cesta " +
  "trg namesti aleja apt apartment suite ste unit flat floor room building block box psc apo fpo";

export const jobs =
  "accountant actor actress administrator analyst architect artist assistant attendant author baker banker barber bartender biologist " +
  "bookkeeper broker builder butcher buyer carpenter cashier chef chemist clerk coach consultant contractor cook counselor dentist " +
  "designer detective developer dietitian director doctor driver economist editor electrician engineer estimator examiner executive " +
  "farmer firefighter fisherman gardener geologist guard hairdresser historian inspector instructor interpreter investigator janitor " +
  "journalist judge lawyer lecturer librarian locksmith machinist maid manager mason mechanic midwife miner musician nanny nurse " +
  "officer operator optician painter paramedic pharmacist photographer physician physicist pilot plumber policeman porter postman " +
  "principal printer producer programmer psychologist receptionist repairer reporter representative researcher sailor salesman " +
  "scientist secretary singer soldier specialist statistician steward strategist supervisor surgeon surveyor tailor teacher technician " +
  "technologist teller therapist trader trainer translator tutor typist veterinarian waiter waitress welder worker writer zoologist";
