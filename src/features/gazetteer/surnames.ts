/** Surnames of many languages, folded (fold.ts). */
export const surnames =
  // English
  "smith johnson williams brown jones garcia miller davis rodriguez martinez hernandez lopez gonzalez wilson anderson thomas taylor moore " +
  "jackson martin lee perez thompson white harris sanchez clark ramirez lewis robinson walker young allen king wright scott torres nguyen " +
  "hill flores green adams nelson baker hall rivera campbell mitchell carter roberts gomez phillips evans turner diaz parker cruz edwards " +
  "collins reyes stewart morris morales murphy cook rogers gutierrez ortiz morgan cooper peterson bailey reed kelly howard ramos kim cox " +
  "ward richardson watson brooks chavez wood james bennett gray mendoza ruiz hughes price alvarez castillo sanders patel myers long ross " +
  "foster jimenez powell jenkins perry russell sullivan bell coleman butler henderson barnes gonzales fisher vasquez simmons romero jordan " +
  "patterson alexander hamilton graham reynolds griffin wallace moreno west cole hayes bryant herrera gibson ellis tran medina aguilar " +
  "stevens murray ford castro marshall owens harrison fernandez mcdonald woods washington kennedy wells vargas henry chen freeman webb " +
  "tucker guzman burns crawford olson simpson porter hunter gordon mendez silva shaw snyder mason dixon munoz hunt hicks holmes palmer " +
  "wagner black robertson boyd rose stone salazar fox warren mills meyer rice schmidt garza daniels ferguson nichols stephens soto weaver " +
  "ryan gardner payne grant dunn kelley spencer hawkins arnold pierce hansen peters santos hart bradley knight elliott cunningham duncan " +
  "armstrong hudson carroll lane riley andrews alvarado ray delgado berry perkins hoffman johnston matthews pena richards contreras willis " +
  "carpenter lawrence sandoval guerrero george chapman rios estrada ortega watkins greene nunez wheeler valdez harper burke larson " +
  "maldonado morrison franklin carlson austin dominguez carr lawson jacobs obrien lynch singh vega bishop montgomery oliver jensen harvey " +
  "williamson gilbert dean sims espinoza howell li wong reid hanson le mccoy garrett burton fuller wang weber welch rojas lucas " +
  "marquez fields park yang little banks padilla day walsh bowman schultz luna fowler mejia davies taylor clarke hughes dawson " +
  "cartwright forster forsyth gallagher gough hague hancock hobbs holland hopkins howe hurst ingram kemp kerr lamb lambert langley law " +
  "lowe macdonald mackenzie maclean mann marsh mccarthy mckenzie mclean metcalfe middleton milne moran naylor newman nicholson norton " +
  "osborne parsons pearce pearson pickering pollard potter pratt preston pritchard quinn randall rees rhodes sharp sheppard short " +
  "slater steele sutton swift talbot thornton tomlinson townsend tyler vaughan wade walters watts webster wilkinson wilkins winter " +
  "wyatt yates " +
  // French
  "martin bernard dubois thomas robert richard petit durand leroy moreau simon laurent lefebvre michel garcia david bertrand roux vincent " +
  "fournier morel girard andre lefevre mercier dupont lambert bonnet francois martinez legrand garnier faure rousseau blanc guerin muller " +
  "henry roussel nicolas perrin morin mathieu clement gauthier dumont lopez fontaine chevalier robin masson sanchez gerard nguyen boyer " +
  "denis lemaire duval joly gautier roger roche roy noel meyer lucas meunier jean perez marchand dufour blanchard marie barbier brun " +
  "dumas brunet schmitt leroux colas fabre arnaud aubert bourgeois carpentier caron charpentier cousin deschamps etienne fleury " +
  "gaillard giraud guillaume hubert jacquet lacroix leclerc leclercq lecomte leger lemoine maillard marechal menard moulin olivier " +
  "paris pelletier perrot picard poirier prevost renard renaud rey riviere rolland royer tessier vidal bouchard " +
  "gagnon tremblay cote belanger lavoie fortin gagne pelletier bergeron paquette desjardins lapointe " +
  // German
  "muller schmidt schneider fischer weber meyer wagner becker schulz hoffmann schafer koch bauer richter klein wolf schroder neumann " +
  "schwarz zimmermann braun kruger hofmann hartmann lange schmitt werner schmitz krause meier lehmann schmid schulze maier kohler " +
  "herrmann konig walter mayer huber kaiser fuchs peters lang scholz moller weiss jung hahn schubert vogel friedrich keller gunther " +
  "frank berger winkler roth beck lorenz baumann franke albrecht schuster simon ludwig bohm winter kraus martin schumacher kramer " +
  "vogt stein jager otto sommer gross seidel heinrich brandt haas schreiber graf schulte dietrich ziegler kuhn kuhn pohl engel horn " +
  "busch bergmann thomas voigt sauer arnold wolff pfeiffer ackerman ackermann eisenhauer dresner freytag holtzmann " +
  "gruber wimmer steiner moser egger pichler hofer eder leitner fuhrer zimmerman bachmann brunner frei gerber graf hess meister " +
  // Spanish, Portuguese, Italian
  "garcia gonzalez rodriguez fernandez lopez martinez sanchez perez gomez martin jimenez ruiz hernandez diaz moreno munoz alvarez romero " +
  "alonso gutierrez navarro torres dominguez vazquez ramos gil ramirez serrano blanco molina morales suarez ortega delgado castro ortiz " +
  "rubio marin sanz nunez iglesias medina garrido cortes castillo santos lozano guerrero cano prieto mendez cruz calvo gallego vidal " +
  "leon marquez herrera pena flores cabrera campos vega fuentes carrasco diez caballero reyes nieto aguilar pascual santana herrero " +
  "montero lorenzo hidalgo gimenez ibanez ferrer duran santiago benitez mora vicente vargas arias carmona crespo roman pastor soto saez " +
  "angulo aragon cisneros quintero zapata rosales salinas trejo villarreal zamora zuniga " +
  "silva santos ferreira pereira oliveira costa rodrigues martins jesus sousa fernandes goncalves gomes lopes marques alves almeida " +
  "ribeiro pinto carvalho teixeira moreira correia mendes nunes soares vieira monteiro cardoso rocha neves coelho cruz cunha pires " +
  "ramos reis simoes antunes matos fonseca araujo barbosa barros cavalcanti azevedo castro dias lima melo souza batista campos freitas " +
  "nascimento andrade moura rezende sampaio tavares texeira " +
  "rossi russo ferrari esposito bianchi romano colombo ricci marino greco bruno gallo conti de_luca mancini costa giordano rizzo lombardi " +
  "moretti barbieri fontana santoro mariani rinaldi caruso ferrara galli martini leone longo gentile martinelli vitale lombardo serra " +
  "coppola de_santis marchetti parisi villa conte ferraro ferri fabbri bianco marini grasso valentini messina sala gatti pellegrini " +
  "palumbo sanna farina rizzi monti cattaneo morelli amato silvestri mazza testa grassi carbone palmieri bernardi " +
  "fiorentino milano trentini udinese pisani lucchese piazza napolitano sagese siciliano calabrese toscano " +
  // Dutch
  "de_jong jansen de_vries van_den_berg bakker van_dijk visser smit meijer de_boer mulder de_groot bos vos peters hendriks van_leeuwen " +
  "dekker brouwer de_wit dijkstra smits de_graaf van_der_meer kok jacobs de_haan vermeulen van_den_heuvel van_der_veen van_den_broek " +
  "de_bruijn van_der_heijden schouten van_beek willems hoekstra koster maas verhoeven peeters janssens maes claes wouters goossens " +
  "de_smet vandenberghe mertens dubois lambert dupont " +
  // Nordic
  "andersson johansson karlsson nilsson eriksson larsson olsson persson svensson gustafsson pettersson jonsson jansson hansson bengtsson " +
  "jonsson lindberg jakobsson magnusson olofsson lindstrom lindqvist lindgren axelsson berg bergstrom lundberg lind lundgren lundqvist " +
  "mattsson berglund fredriksson sandberg henriksson forsberg sjoberg wallin engstrom eklund danielsson lundin hakansson bjork gunnarsson " +
  "holm samuelsson fransson wikstrom isaksson bergqvist arvidsson nystrom holmberg lofgren soderberg nyberg blomqvist nordstrom aberg " +
  "bjorklund hedlund sundberg dahlberg hellstrom sjogren abrahamsson martensson " +
  "hansen johansen olsen larsen andersen pedersen nilsen kristiansen jensen karlsen johnsen pettersen eriksen berg haugen hagen " +
  "johannessen andreassen jacobsen dahl jorgensen henriksen lund halvorsen sorensen jakobsen moen gundersen iversen strand solberg " +
  "svendsen eide knutsen martinsen paulsen bakken kristoffersen mathisen lie amundsen nguyen rasmussen solheim moe nygard bruun " +
  "nielsen jensen christensen madsen poulsen knudsen thomsen christiansen mortensen moller frederiksen laursen olesen lauritsen " +
  "kjaer vestergaard bertelsen overgaard schou toft skov friis holst kragh bisgaard lyberth kleist motzfeldt " +
  "korhonen virtanen makinen nieminen makela hamalainen laine heikkinen koskinen jarvinen lehtonen lehtinen saarinen salminen heinonen " +
  "niemi heikkila salonen kinnunen turunen salo laitinen tuominen rantanen karjalainen jokinen mattila savolainen lahtinen ahonen " +
  "salmela palomaki koivisto aalto " +
  "jonsdottir gudmundsdottir sigurdardottir olafsdottir magnusdottir einarsdottir kristjansdottir gunnarsdottir stefansdottir " +
  "sigurdsson gudmundsson olafsson einarsson magnusson kristjansson gunnarsson stefansson jonasson palsson " +
  // Slavic
  "nowak kowalski wisniewski wojcik kowalczyk kaminski lewandowski zielinski szymanski wozniak dabrowski kozlowski jankowski mazur " +
  "wojciechowski kwiatkowski krawczyk kaczmarek piotrowski grabowski zajac pawlowski michalski krol wieczorek jablonski wrobel nowakowski " +
  "majewski olszewski stepien malinowski jaworski adamczyk dudek nowicki pawlak gorski witkowski walczak sikora baran rutkowski michalak " +
  "szewczyk ostrowski tomaszewski pietrzak zalewski wroblewski marciniak sadowski duda kowalska nowakowska wisniewska kaminska " +
  "lewandowska dabrowska zielinska szymanska kozlowska jankowska " +
  "novak svoboda novotny dvorak cerny prochazka kucera vesely horak nemec pokorny marek pospisil hajek jelinek kral ruzicka benes " +
  "fiala sedlak dolezal zeman kolar navratil cermak vanek urban blazek kriz kopecky kovar novakova svobodova novotna dvorakova cerna " +
  "prochazkova kucerova vesela horakova nemcova pokorna markova hajkova kralova " +
  "kovac horvat varga toth nagy balaz molnar szabo lukac gajdos polak hudak " +
  "horvat kovacevic babic maric juric novak kovacic knezevic vukovic markovic petrovic matic tomic kovac pavlovic bozic blazevic grgic " +
  "pavic radic peric filipovic saric lovric vidovic perkovic popovic bosnjak jukic barisic jankovic rankovic nikolic jovanovic " +
  "stojanovic ilic djordjevic pavlovic milosevic kovacevic zupancic krajnc potocnik kovacic mlakar vidmar golob kos hribar zupan " +
  "bizjak turk rozman kotnik korosec oblak petek " +
  "ivanov smirnov kuznetsov popov vasiliev petrov sokolov mikhailov novikov fedorov morozov volkov alekseev lebedev semenov egorov pavlov " +
  "kozlov stepanov nikolaev orlov andreev makarov nikitin zakharov ivanova smirnova kuznetsova popova petrova sokolova volkova " +
  "sorokin belov medvedev filippov gusev kovalenko shevchenko bondarenko tkachenko kravchenko " +
  "melnyk boyko koval dzhabrailov kadyrov maskhadov umarov dudaev " +
  // Hungarian, Romanian, Greek, Baltic
  "nagy kovacs toth szabo horvath varga kiss molnar nemeth farkas balogh papp takacs juhasz lakatos meszaros olah simon racz fekete " +
  "szilagyi torok feher balazs gal kis szucs kocsis orsos fodor pinter szalai sipos magyar lukacs gulyas biro kiraly katona laszlo " +
  "bodnar vincze hegedus " +
  "popa popescu ionescu radu dumitru stan stoica gheorghe matei ciobanu rusu munteanu georgiou ioannou christodoulou papadopoulos " +
  "papadopoulou nikolaidis vasileiou konstantinou demetriou economou berzins kalnins ozolins kazlauskas petrauskas jankauskas tamm saar sepp magi " +
  // Arabic, Turkish, Asian, African
  "ahmed ali hassan hussein ibrahim khan khalil mahmoud mansour mustafa omar osman rahman saleh salem said shaikh sheikh yousef aziz " +
  "haddad najjar nasser hamdi karimi hosseini ahmadi yilmaz kaya demir sahin celik yildiz aydin ozturk arslan dogan kilic cohen levi levy " +
  "mizrahi peretz biton friedman katz goldberg rosenberg shapiro kaplan goldstein kumar sharma gupta shah mehta reddy rao iyer nair " +
  "agarwal banerjee chatterjee das mukherjee bose chopra kapoor malhotra verma mishra jain desai sato suzuki takahashi tanaka watanabe ito " +
  "yamamoto nakamura kobayashi kato yoshida yamada sasaki yamaguchi matsumoto inoue kimura hayashi shimizu saito mori abe ikeda hashimoto " +
  "ishikawa nakajima ogawa okada goto hasegawa fujita nishiyama zhang liu zhao huang zhou wu xu sun hu zhu gao lin guo he luo zheng " +
  "liang xie tang cheung chan leung lam cheng pham tran vo dang bui do ho ngo duong park choi jung kang cho yoon jang lim han shin seo " +
  "kwon hwang okafor okonkwo adeyemi adebayo mensah owusu boateng asante diallo traore keita coulibaly diop ndiaye fall sow mbeki dlamini " +
  "nkosi ndlovu khumalo moyo mwangi kamau otieno ochieng abebe tesfaye bekele";
