import{s as a,t as b,v as c,w as d,x as e,y as f}from"./chunk-AKFYDSLQ.js";export{a as locate,b as reportGithub,c as reportJson,d as reportSarif,e as reportText,f as reporters};
