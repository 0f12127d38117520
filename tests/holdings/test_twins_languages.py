"""Own-made twins of fund files in other languages, in each market's habits of number and date."""

# Rows of tables read best on one line.
# ruff: noqa: E501

from __future__ import annotations

import pytest
from making import Twin, book, hold, text

TWINS = {
    "iShares, French": Twin(
        text(
            'Avoirs au,"30/janv./2026"', "\u00a0",
            "Ticker de l'émetteur,Nom,Secteur,Classe d'actifs,Valeur de marché,Pondération (%),Valeur notionnelle,"
            "Titres,Cours,Emplacement,Place de cotation,Devise du marché",
            '"MC","LVMH","Consommation","Actions","6 000 000,50","60,00","6 000 000,50","10 000","600,00","France",'
            '"Nyse Euronext - Euronext Paris","EUR"',
            '"NESN","NESTLE","Consommation","Actions","4 000 000,25","40,00","4 000 000,25","50 000","80,00","Suisse",'
            '"SIX Swiss Exchange","CHF"',
        ),
        2, 10000000.75, None, "2026-01-30", 1.0, {"LVMH": {"venue": "XPAR", "shares": 10000.0}},
    ),
    "iShares, Italian": Twin(
        text(
            'Partecipazioni al,"30/gen/2026"', "\u00a0",
            "Ticker dell'emittente,Nome,Settore,Asset Class,Valore di mercato,Ponderazione (%),Valore nozionale,"
            "Nominale,Prezzo,Area Geografica,Cambio,Valuta di mercato",
            '"ENEL","ENEL","Servizi","Azionario","7.500,50","75,00","7.500,50","1.000,00","7,50","Italia",'
            '"Borsa Italiana","EUR"',
            '"SAN","SANTANDER","Finanza","Azionario","2.500,00","25,00","2.500,00","500,00","5,00","Spagna",'
            '"Bolsa De Madrid","EUR"',
        ),
        2, 10000.5, None, "2026-01-30", 1.0, {"ENEL": {"venue": "XMIL", "shares": 1000.0, "price": 7.5}},
    ),
    "iShares, Spanish": Twin(
        text(
            'Posiciones a,"30 ene 2026"', "",
            "Ticker del emisor,Nombre,Sector,Clase de activo,Valor de mercado,Peso (%),Valor nocional,Nominal,Precio,"
            "Ubicación,Bolsa,Divisa de mercado",
            '"IBE","IBERDROLA","Energía","Acciones","1.234.567,89","61,73","1.234.567,89","100.000,00","12,35",'
            '"España","Bolsa De Madrid","EUR"',
            '"ASML","ASML","IT","Acciones","765.432,11","38,27","765.432,11","1.000,00","765,43","Países Bajos",'
            '"Euronext Amsterdam","EUR"',
        ),
        2, 2000000.0, None, "2026-01-30", 1.0, {"ASML": {"venue": "XAMS", "local_currency": "EUR"}},
    ),
    "iShares, Dutch": Twin(
        text(
            'Fondsposities per,"30/jan/2026"', "",
            "Ticker van uitgever,Naam,Sector,Beleggingscategorie,Marktwaarde,Weging (%),Nominale waarde,Nominaal,"
            "Koers,Locatie,Beurs,Marktvaluta",
            '"ASML","ASML","IT","Aandelen","8.000,00","80,00","8.000,00","10,00","800,00","Nederland",'
            '"Euronext Amsterdam","EUR"',
            '"INGA","ING GROEP","Financieel","Aandelen","2.000,00","20,00","2.000,00","100,00","20,00","Nederland",'
            '"Euronext Amsterdam","EUR"',
        ),
        2, 10000.0, None, "2026-01-30", 1.0, {"ING GROEP": {"shares": 100.0, "security_kind": "equity"}},
    ),
    "iShares, Swedish": Twin(
        text(
            'Fondens innehav per,"30/jan/2026"', "",
            "Emittentens ticker;Namn;Sektor;Tillgångsklass;Marknadsvärde;Vikt (%);Nominellt värde;Nominellt;Kurs;"
            "Plats;Börs;Marknadsvaluta",
            "VOLV B;VOLVO B;Industri;Aktier;7 500,00;75,00;7 500,00;30,00;250,00;Sverige;Nasdaq Omx Nordic;SEK",
            "ABB;ABB;Industri;Aktier;2 500,00;25,00;2 500,00;5,00;500,00;Schweiz;SIX Swiss Exchange;CHF",
        ),
        2, 10000.0, None, "2026-01-30", 1.0, {"VOLVO B": {"venue": "XSTO", "weight": 0.75}},
    ),
    "iShares, Portuguese numbers and a Sep= line": Twin(
        text(
            "Sep=,", 'Fund Holdings as of,"20 ago. 2026"',
            "Ticker,Name,Sector,Asset Class,Market Value,Weight (%),Notional Value,Shares,Price,Location,Exchange,"
            "Currency,FX Rate,Market Currency",
            '"VALE3","VALE SA","Materiais","Equity","1.100.000,50","55,00","1.100.000,50","20.000","55,00","Brasil",'
            '"XBSP","BRL","1","BRL"',
            '"PETR4","PETROBRAS","Energia","Equity","900.000,50","45,00","900.000,50","30.000","30,00","Brasil",'
            '"XBSP","BRL","1","BRL"',
        ),
        2, 2000001.0, "BRL", "2026-08-20", 1.0, {"VALE SA": {"venue": "BVMF", "shares": 20000.0}},
    ),
    "Xtrackers, German": Twin(
        book({"Zusammensetzung": [
            ["Zusammensetzung"], ["Stand: 30.01.2026"], [],
            [None, "Name", "ISIN", "Land", "Währung", "Börse", "Art des Wertpapiers", "Rating", "Hauptbörse",
             "Branchenklassifizierung", "Gewichtung"],
            ["1", "SAP", "DE0007164600", "Deutschland", "EUR", "Xetra", "Aktien", "-", "Xetra", "IT", 0.6],
            ["2", "SIEMENS", "DE0007236101", "Deutschland", "EUR", "Xetra", "Aktien", "-", "Xetra", "Industrie", 0.4],
        ]}),
        2, None, None, "2026-01-30", 1.0, {"SIEMENS": {"weight": 0.4, "venue": "XETR"}},
    ),
    "German annual report": Twin(
        text(
            "Vermögensaufstellung zum 31. Dezember 2025", "",
            "Gattungsbezeichnung;ISIN;Markt;Stück bzw. Nominale;Währung;Kurs;Kurswert in EUR;"
            "% am Fondsvermögen",
            "Aktien;;;;;;;",
            "BASF SE;DE000BASF111;XETR;10.000;EUR;45,500;455.000,00;45,50",
            "Novartis AG;CH0012005267;XSWX;5.000;CHF;95,000;545.000,00;54,50",
            "Summe Aktien;;;;;;1.000.000,00;100,00",
            encoding="cp1252",
        ),
        2, 1000000.0, "EUR", "2025-12-31", 1.0, {"BASF SE": {"shares": 10000.0, "price": 45.5}},
    ),
    "UBS, Swiss apostrophes": Twin(
        text(
            "Portfolio;UBS Example ETF", "Per;30.01.2026", "Fondswährung;CHF", "",
            "Titelbezeichnung;Valor;ISIN;Anlagekategorie;Whg.;Nominale / Stück;Kurs;Marktwert in Fondswährung;Anteil in %",
            "Nestlé SA;3886335;CH0038863350;Aktien;CHF;1’000;90.50;90’500.00;60.33",
            "ROCHE GS;1203204;CH0012032048;Aktien;CHF;200;297.50;59’500.00;39.67",
        ),
        2, 150000.0, "CHF", "2026-01-30", 1.0, {"Nestlé SA": {"local_currency": "CHF", "shares": 1000.0}},
    ),
    "Amundi, French, with heading": Twin(
        text(
            "Composition du fonds;", "Nom du fonds;Amundi Exemple UCITS ETF", "Date;30/01/2026", "",
            "Code ISIN;Nom;Classe d'actif;Devise;Poids;Secteur;Pays",
            "FR0000120271;TOTALENERGIES SE;EQUITY;EUR;55,50%;Énergie;France",
            "US0378331005;APPLE INC;EQUITY;USD;44,50%;Technologie;États-Unis",
        ),
        2, None, None, "2026-01-30", 1.0, {"TOTALENERGIES SE": {"weight": 0.555}},
        portfolio="Amundi Exemple UCITS ETF",
    ),
    "French institution": Twin(
        text(
            "Inventaire du portefeuille au 31 décembre 2025", "Devise de référence;EUR", "",
            "Libellé du titre;Code ISIN;Quantité;Cours;Valeur boursière;% actif net",
            "AIR LIQUIDE;FR0000120073;1 000;180,50;180 500,00;60,17",
            "SANOFI;FR0000120578;1 200;99,58333;119 500,00;39,83",
            "Total;;;;300 000,00;100,00",
        ),
        2, 300000.0, "EUR", "2025-12-31", 1.0, aside=3,
    ),
    "Italian pension fund": Twin(
        text(
            "Portafoglio titoli al 31/12/2025", "Importi in migliaia di euro", "",
            "Denominazione;Codice ISIN;Divisa;Quantità;Controvalore;% sul patrimonio",
            "BTP 1/3/2035 3,35%;IT0005358806;EUR;1.000.000;985,5;65,70",
            "ENI SPA;IT0003132476;EUR;35.000;514,5;34,30",
            "Totale;;;;1.500,0;100,00",
        ),
        2, 1500000.0, "EUR", "2025-12-31", 1.0, {"ENI SPA": {"value": 514500.0}},
    ),
    "Spanish fund report": Twin(
        text(
            "Cartera a 31 de diciembre de 2025", "",
            "Descripción del valor;Código ISIN;Divisa;Valor de mercado;Porcentaje sobre patrimonio",
            "ACCIONES|IBERDROLA;ES0144580Y14;EUR;600,5;60,05",
            "ACCIONES|TELEFONICA;ES0178430E18;EUR;399,5;39,95",
        ),
        2, 1000.0, "EUR", "2025-12-31", 1.0,
    ),
    "Finnish": Twin(
        text(
            "Arvopaperi;ISIN;Maa;Kappalemäärä;Markkina-arvo (EUR);Osuus rahastosta %",
            "Nokia Oyj;FI0009000681;Suomi;1 000;4 000,50;40,00",
            "Kone Oyj;FI0009013403;Suomi;120;5 999,50;59,99",
        ),
        2, 10000.0, "EUR", None, 0.9999,
    ),
    "Japanese": Twin(
        book({"国内株式": [
            ["保有銘柄一覧"], ["2025年3月31日現在"], [],
            ["No.", "銘柄名", "証券コード", "株数", "時価総額（円）"],
            [1, "トヨタ自動車", "7203", "1,000", "2,800,000"],
            [2, "ソニーグループ", "6758", "500", "1,850,500"],
        ]}),
        2, 4650500.0, "JPY", "2025-03-31", None, {"トヨタ自動車": {"ticker": "7203", "value": 2800000.0}},
    ),
    "Japanese, in English": Twin(
        book({"Domestic": [
            ["Equities (as of March 31, 2025)"], [],
            ["No.", "Security Name", "Number of Shares", "Market Value (JPY)"],
            [1, "TOYOTA MOTOR CORP", 1000, 2800000],
            [2, "SONY GROUP CORP", 500, 1850500],
        ]}),
        2, 4650500.0, "JPY", "2025-03-31", None,
    ),
    "Chinese": Twin(
        text("股票代码,股票名称,持股数,市值（元）,占净值比例", "2415,海康威视,1000,30000,60%", "600519,贵州茅台,13,20000,40%"),
        2, 50000.0, "CNY", None, 1.0,
    ),
    "unknown words, told by their content": Twin(
        text("Kód;Cenný papír;Objem;Díl", "CZ0005112300;CEZ;600,25;60,02", "AT0000652011;Erste Group;300,75;30,08",
             "CZ0008019106;Komercni banka;99,00;9,90"),
        3, 1000.0, None, None, 1.0, {"CEZ": {"isin": "CZ0005112300", "weight": 0.6002}},
    ),
    "no header at all": Twin(
        text("US0378331005,APPLE INC,6000.25,60.00", "US5949181045,MICROSOFT CORP,2999.75,30.00",
             "US67066G1040,NVIDIA CORP,1000.00,10.00"),
        3, 10000.0, None, None, 1.0, {"NVIDIA CORP": {"isin": "US67066G1040", "value": 1000.0}},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TWINS)
def test_layouts_of_other_languages(name: str) -> None:
    hold(TWINS[name])
