import{o as i,p as o}from"./chunk-AKFYDSLQ.js";function d(p){let a=p.map(n=>n.map(t=>o(t))),e=(a[0]??[]).map((n,t)=>Math.max(...a.map(r=>i(r[t]??"")))),m=n=>n.map((t,r)=>t+" ".repeat((e[r]??0)-i(t))).join("  ").trimEnd();return a.map(n=>`${m(n)}
`).join("")}export{d as a};
