import{a,b,c,d}from"./chunk-M3AJQKVE.js";import"./chunk-VQ7AS5Y7.js";import"./chunk-AKFYDSLQ.js";export{a as formatOutputs,d as recordProblem,c as recordVersion,b as stackStatus};
