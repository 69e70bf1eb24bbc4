import{l as a,m as b,o as c,p as d,q as e,r as f}from"./chunk-G7PSXJWD.js";export{a as locate,b as reportGithub,c as reportJson,d as reportSarif,e as reportText,f as reporters};
