/** Names of months and weekdays as they stand in running text, lower case: en, fr, de, es, it, pt, nl, sv, da, no, pl, fi. */
export const monthNames: readonly string[] = [
  ...new Set(
    (
      "january february march april may june july august september october november december " +
      "jan feb mar apr jun jul aug sep sept oct nov dec " +
      "janvier février fevrier mars avril mai juin juillet août aout septembre octobre novembre décembre decembre janv févr avr juil déc " +
      "januar februar märz maerz mai juni juli oktober dezember jänner mär okt dez " +
      "enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre ene abr ago dic " +
      "gennaio febbraio aprile maggio giugno luglio settembre ottobre novembre dicembre gen mag giu lug set ott " +
      "janeiro fevereiro março maio junho julho setembro outubro dezembro fev out " +
      "januari februari maart mei augustus mrt " +
      "augusti januar februar marts maj december desember " +
      "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia " +
      "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta"
    ).split(" "),
  ),
];

export const weekdayNames: readonly string[] = [
  ...new Set(
    (
      "monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays sundays " +
      "lundi mardi mercredi jeudi vendredi samedi dimanche " +
      "montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag " +
      "lunes martes miércoles jueves viernes sábado domingo " +
      "lunedì martedì mercoledì giovedì venerdì sabato domenica " +
      "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado " +
      "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag " +
      "måndag tisdag onsdag torsdag fredag lördag söndag mandag tirsdag lørdag søndag"
    ).split(" "),
  ),
];
