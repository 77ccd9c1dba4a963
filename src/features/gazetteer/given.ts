/** Given names of many languages, folded (fold.ts). */
export const givenNames =
  // English
  "james john robert michael william david richard joseph thomas charles christopher daniel matthew anthony mark donald steven paul andrew " +
  "joshua kenneth kevin brian george edward ronald timothy jason jeffrey ryan jacob gary nicholas eric jonathan stephen larry justin " +
  "scott brandon benjamin samuel gregory frank alexander raymond patrick jack dennis jerry tyler aaron jose adam henry nathan douglas " +
  "zachary peter kyle walter ethan jeremy harold keith christian roger noah gerald carl terry sean austin arthur lawrence jesse dylan " +
  "bryan joe jordan billy bruce albert willie gabriel logan alan juan wayne roy ralph randy eugene vincent russell elijah louis bobby " +
  "philip johnny leonard oscar oliver harry leo alfred stanley victor edwin ernest francis clarence howard frederick fred earl herbert " +
  "norman glenn leslie dean neil ian graham nigel simon stuart colin trevor derek clive barry malcolm gordon ross craig duncan angus " +
  "callum liam connor declan aidan finn rhys gareth owen evan dylan isaac caleb lucas mason hunter cameron evan luke adrian julian " +
  "mary patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy betty sandra margaret ashley kimberly emily " +
  "donna michelle carol amanda melissa deborah stephanie rebecca sharon laura cynthia dorothy amy kathleen angela shirley brenda emma " +
  "anna pamela nicole samantha katherine christine helen debra rachel carolyn janet maria catherine heather diane olivia julie joyce " +
  "victoria ruth virginia lauren kelly christina joan evelyn judith andrea hannah megan cheryl jacqueline martha madison teresa gloria " +
  "sara janice ann kathryn abigail sophia frances jean alice judy isabella julia grace amber denise danielle marilyn beverly charlotte " +
  "natalie theresa diana brittany doris kayla alexis lori marie claire fiona gillian hazel heidi holly ivy jane jasmine jill josephine " +
  "joy kate katie kim leah lucy lydia lynn mandy molly naomi nina paige penny phoebe rose ruby sally sheila sylvia tina tracy wendy " +
  "zoe ellen eve audrey beatrice bridget chloe daisy eleanor eliza ella esther faith freya georgia imogen isla mia poppy scarlett " +
  "bob bill jim tom dan mike steve dave rob matt nick chris alex ben sam greg tim jeff ken ron don ray pat andy tony joey max " +
  // French
  "jean pierre michel andre philippe rene louis alain jacques bernard marcel daniel roger robert claude christian nicolas patrick " +
  "thierry didier pascal olivier laurent julien sebastien guillaume antoine mathieu matthieu maxime clement hugo theo lucas quentin " +
  "romain benoit fabien cedric jerome yves gilles herve serge denis luc marc bruno eric franck francois christophe stephane frederic " +
  "arnaud vincent xavier remi etienne gaston gerard georges henri leon lucien noel raoul sylvain yannick thibault valentin " +
  "monique nathalie isabelle sylvie catherine francoise valerie christine jacqueline anne sophie sandrine celine aurelie emilie " +
  "camille lea manon chloe ines juliette margaux pauline mathilde marine elodie virginie veronique brigitte colette denise " +
  "genevieve helene huguette josette laetitia lucie marguerite martine michele odette odile patricia simone solange suzanne therese " +
  "yvette yvonne agnes amelie charline delphine fabienne florence gaelle " +
  // German
  "hans peter wolfgang klaus jurgen dieter manfred uwe gunter horst helmut gerhard bernd werner heinz rainer karl walter franz josef " +
  "stefan andreas michael thomas markus matthias jens jan lars sven torsten thorsten dirk frank ralf ralph jorg holger olaf kai " +
  "sebastian tobias florian felix lukas leon jonas finn moritz philipp maximilian fabian niklas tim till kurt otto ludwig friedrich " +
  "wilhelm heinrich hermann ernst fritz georg johann johannes konrad lothar rudolf siegfried udo ulrich volker winfried " +
  "ursula monika petra sabine renate helga karin brigitte ingrid erika andrea gisela claudia susanne gabriele birgit christa heike " +
  "ilse martina ute kerstin angelika anja sandra tanja silke katrin kathrin stefanie nicole melanie julia anke antje bettina " +
  "christiane cornelia dagmar doris elke gertrud hannelore heidi hildegard inge irmgard jutta katharina lena leonie lieselotte " +
  "marlene mathilde nadine regina rosemarie sigrid simone sonja svenja ulrike waltraud anneliese friederike " +
  // Spanish and Portuguese
  "antonio jose manuel francisco juan david javier jesus carlos miguel alejandro rafael pedro angel pablo sergio fernando jorge luis " +
  "alberto alvaro diego adrian raul enrique ramon vicente ivan ruben oscar andres joaquin santiago eduardo victor roberto jaime mario " +
  "ignacio alfonso ricardo salvador emilio julian julio guillermo gabriel tomas agustin felix gonzalo hugo marcos mateo martin nicolas " +
  "cesar rodrigo esteban hector lorenzo ernesto gustavo arturo gerardo carmen josefa isabel dolores pilar cristina laura marta ana " +
  "antonia francisca lucia elena mercedes rosa paula raquel rosario juana sara teresa concepcion beatriz encarnacion montserrat silvia " +
  "julia patricia irene andrea rocio monica alba angela sonia alicia sandra susana marina yolanda margarita natalia eva amparo " +
  "ines consuelo esperanza blanca catalina gabriela lourdes luisa manuela soledad veronica ximena valentina camila daniela mariana " +
  "joao luis paulo rui nuno tiago bruno goncalo duarte afonso vasco caio thiago felipe matheus vitor leonardo gustavo guilherme henrique " +
  "renato marcelo mauricio fabio flavio luiz wagner wellington anderson everton mariana leticia larissa fernanda juliana aline amanda " +
  "bianca bruna vanessa priscila tatiana luiza beatriz catarina joana mafalda matilde francisca sofia clara heloisa julieta " +
  // Italian
  "giuseppe giovanni antonio mario luigi francesco angelo vincenzo pietro salvatore carlo franco domenico bruno paolo michele giorgio " +
  "aldo sergio luciano andrea marco alessandro stefano roberto luca matteo davide simone federico lorenzo riccardo gabriele mattia " +
  "filippo nicola emanuele daniele fabrizio claudio massimo maurizio enrico gianni gino guido raffaele renato silvio umberto leone " +
  "anna rosa angela giovanna teresa lucia carmela caterina francesca antonietta carla elena concetta rita margherita franca paola giulia " +
  "chiara federica valentina alessandra silvia martina sara ilaria elisa alice giorgia serena veronica arianna camilla ginevra aurora " +
  "milena nunzia loredana donatella antonella daniela emanuela fabiola filomena gabriella graziella ines lara letizia lidia " +
  "luisa marcella mirella monica nadia ornella patrizia raffaella rosanna sabrina simona stefania tiziana viola viviana " +
  // Dutch and Flemish
  "jan piet kees henk willem johannes cornelis hendrik gerrit dirk pieter jeroen joost bas bram daan sem lars thijs sander wouter maarten " +
  "marcel rob ruud sjoerd stijn teun tijs wim koen luuk niels joris gijs anouk femke fleur inge ilse ineke joke lotte maaike marieke " +
  "marijke mieke noor sanne saskia tess wilma willemijn yvonne els griet hilde katrien lieve veerle an annelies " +
  // Nordic
  "lars anders mikael johan per karl erik nils jan peter thomas daniel fredrik andreas stefan magnus mats bo bengt hans ulf leif stig " +
  "gustav axel oskar elias hugo viktor emil ludvig sven ake arne gunnar lennart rolf torbjorn hakan goran kjell ole knut olav bjorn " +
  "svein terje tor odd rune geir harald henrik kristian jens soren niels jorgen morten rasmus mads kasper mikkel frederik christoffer " +
  "anna eva maria karin kristina lena kerstin ingrid birgitta marie elisabeth margareta ulla monika inger susanne malin jenny sofia " +
  "annika helena linnea ida elin emma hanna ebba astrid saga freja maja wilma alva signe greta ingeborg solveig randi liv kari berit " +
  "marit turid hege silje camilla ingvild tone mette hanne kirsten lone pia gitte bente anne-marie dorte karen lise tove vibeke " +
  "juhani matti antti timo kari mikko jari juha pekka seppo heikki hannu ilkka jukka markku marko mika petri sami tapio tuomas ville " +
  "eero eino jouni keijo kalevi olavi onni vaino veikko aino anneli hannele helmi johanna kaarina kaija katri kirsi laura leena liisa " +
  "maarit marja marjatta merja minna mirja niina paivi pirjo raija riitta ritva satu sinikka sirpa tarja tiina tuula ulla " +
  "jon sigurdur gudmundur gunnar olafur magnus kristjan einar stefan bjarni arni ragnar thor helgi karl ingi birgir petur haraldur " +
  "gudrun anna sigridur kristin margret helga ingibjorg johanna katrin sigrun lilja asta hildur erla soley unnur elin thora jona " +
  // Polish, Czech, Slovak, Slovene, Croatian, Serbian
  "jan andrzej piotr krzysztof stanislaw tomasz pawel jozef marcin marek michal grzegorz jerzy tadeusz adam lukasz zbigniew ryszard " +
  "dariusz henryk mariusz kazimierz wojciech robert mateusz rafal jacek janusz miroslaw maciej slawomir jaroslaw kamil wieslaw roman " +
  "bozena anna maria katarzyna malgorzata agnieszka krystyna barbara ewa elzbieta zofia janina teresa joanna magdalena monika jadwiga " +
  "danuta irena halina helena beata aleksandra marta dorota marianna grazyna jolanta stanislawa iwona wanda natalia bronislawa " +
  "jiri josef petr pavel jaroslav martin miroslav tomas frantisek zdenek vaclav michal milan karel jakub lukas david ladislav vladimir " +
  "ondrej roman stanislav radek marek daniel antonin vojtech filip adam jana marie eva hana anna vera alena lenka katerina lucie jaroslava " +
  "ludmila helena jitka martina zdenka ivana marketa dana zuzana monika veronika sarka tereza kristyna pavla dagmar ivona bozena " +
  "franc janez anton ivan jozef andrej marko joze marjan peter luka matej tomaz ales bostjan primoz gregor rok miha blaz ziga marija ana " +
  "maja irena mojca mateja nina barbara andreja petra katja jozica nada polona spela urska ursa vida zdenka " +
  "ivan marko josip stjepan tomislav zeljko ante mario nikola petar davor damir zoran goran darko igor dario mladen branko vlado " +
  "hrvoje velimir dragan milan dusan slobodan vladimir nenad dejan bojan aleksandar stefan milos nemanja jelena ivana marija snezana " +
  "vesna gordana dragana milica biljana slavica ljiljana marina mirjana katarina nevenka ankica jadranka zeljka tanja sanja " +
  // Hungarian, Romanian, Greek, Baltic
  "laszlo istvan jozsef janos zoltan sandor gabor ferenc attila peter tamas zsolt tibor andras csaba imre lajos gyorgy balazs gyula mihaly " +
  "karoly robert bela krisztian adam mate bence dezso jeno kalman szabolcs erzsebet ilona katalin eva anna margit zsuzsanna " +
  "julianna judit agnes andrea ildiko erika krisztina piroska monika iren eszter maria magdolna edit gabriella szilvia anita aniko " +
  "timea reka dora nora tunde szabina janka vivien beata " +
  "gheorghe ion vasile constantin alexandru andrei mihai ionut florin adrian nicolae cristian marian dumitru stefan bogdan radu cosmin " +
  "elena mihaela ioana andreea daniela cristina alina gabriela georgiana mariana simona raluca oana " +
  "georgios ioannis konstantinos dimitrios nikolaos panagiotis vasileios christos athanasios michail eleni aikaterini vasiliki sofia " +
  "angeliki georgia dimitra konstantina paraskevi anastasia " +
  "andris janis juris edgars maris aivars jonas vytautas antanas tomas mindaugas darius ruta egle rasa " +
  // Russian, Ukrainian, Chechen
  "aleksandr alexandr sergey sergei vladimir andrey andrei aleksey alexei dmitry dmitri mikhail nikolay nikolai ivan yuri yury igor oleg " +
  "viktor vladislav konstantin pavel maxim maksim anatoly valery vasily boris gennady roman evgeny yevgeny denis artem kirill ilya " +
  "anton leonid vadim vitaly vyacheslav stanislav ruslan timur fyodor semyon gleb grigory yegor nikita danila " +
  "elena olga natalia natalya tatiana tatyana irina svetlana anna ekaterina yekaterina marina anastasia yulia galina nadezhda lyudmila " +
  "ludmila valentina larisa oksana alla nina vera lyubov polina daria darya ksenia alina kristina evgenia yana zoya faina inna raisa " +
  "akhmed ramzan magomed mohamed zelim aslan musa khava fatima zarema " +
  // Arabic, Persian, Turkish, Hebrew
  "mohamed mohammed muhammad ahmed ahmad ali omar hassan hussein ibrahim khaled khalid youssef yusuf mustafa mahmoud abdullah abdul " +
  "karim hamid said tariq walid samir nabil rashid salim faisal bilal hamza anwar jamal kamal nasser ismail idris amir reza hossein mehdi " +
  "fatima aisha khadija maryam mariam zainab layla leila amina noor nour salma hana samira yasmin rania dina huda farah zahra " +
  "mehmet mustafa ahmet ali huseyin hasan murat ibrahim osman fatih emre can burak cem deniz kemal serkan ayse fatma emine hatice zeynep " +
  "elif merve ozlem sibel moshe yosef yitzhak shlomo avraham yaakov noam itai chaim rivka yael tamar shira noa avigail " +
  // South and East Asia, Africa
  "raj rajesh amit sanjay vijay anil sunil rahul ravi suresh ramesh arjun rohan vikram ashok deepak manoj nikhil pradeep priya anjali " +
  "pooja neha sunita anita kavita lakshmi meera nisha rekha shreya divya asha indira " +
  "hiroshi takashi kenji akira satoshi naoki yuki haruto kazuo makoto takeshi daisuke kenta shinji tomoya taro ichiro yuko keiko akiko " +
  "naoko yumi sakura hana aoi miyuki emi mai kaori noriko yoko michiko " +
  "wei ming jun hui lei yan jing xin yong hong li mei ying fang xiu jie bo tao qiang minh anh thi linh nguyet hoa tuan dung " +
  "min-jun seo-yeon ji-woo soo-jin hyun young " +
  "chidi emeka kofi kwame kwesi ama akua abena oluwaseun adebayo ngozi chioma yaa thabo sipho nomsa lindiwe tendai kamau wanjiru otieno amadou moussa " +
  "fatou aminata ousmane ibrahima mamadou";
