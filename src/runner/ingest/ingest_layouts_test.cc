// Where the table is in its file: titles, headers, repeats, notes, other tables, lone quotes.
#include <gtest/gtest.h>

#include "runner/testing/ingest_files.h"

namespace tabletalk::runner {
namespace {

const std::string kTwo = "a:BIGINT, b:VARCHAR";
const std::string kUnnamed = "no name";

std::vector<Good> LoneQuotes() {
  const std::string stray = "out of place";
  const std::string kThree = "a:BIGINT, b:VARCHAR, c:BIGINT";
  std::string long_file = "a;b;c\n";
  for (int i = 0; i < 60; ++i)
    long_file += std::to_string(i) + (i == 20 ? ";\"open;" : i == 50 ? ";\"whole\";" : ";w;") + "1\n";
  return {
      {"opened_then_quoted", long_file, kThree, "*", 60, {"1 row has a quotation mark out of place"}},
      {"two_opened", "a;b;c\n1;\"x;5\n2;y;6\n3;\"z;7\n4;w;8\n", kThree, "1|\"x|5/2|y|6/3|\"z|7/4|w|8", 4, {stray}},
      {"opened_and_closed_rows_below", "a;b;c\n1;\"x;5\n2;y;6\n3;z;7\n4;w\";8\n", kThree,
       "1|\"x|5/2|y|6/3|z|7/4|w\"|8", 4, {stray}},
      {"inch_marks", "a,b,c\n1,5\" pipe,2\n2,7\" pipe,3\n3,x,4\n", kThree, "1|5\" pipe|2/2|7\" pipe|3/3|x|4", 3},
      {"quoted_name_and_more", "a;b;c\n1;\"NORD\" GmbH;2\n2;\"x;3\n3;\"SUED\" AG;4\n", kThree,
       "1|\"NORD\" GmbH|2/2|\"x|3/3|\"SUED\" AG|4", 3, {stray}},
      {"last_row", "a,b,c\n1,x,2\n2,\"y,3\n", kThree, "1|x|2/2|\"y|3", 2, {stray}},
      {"line_ends_in_quotes_stay", "a,b,c\n1,\"one\ntwo, three\nfour\",2\n2,y,3\n", kThree,
       "1|one\ntwo, three\nfour|2/2|y|3", 2},
  };
}

std::vector<Good> SingleQuotes() {
  return {
      {"with_commas", "a,b\n1,'x, y'\n2,'z'\n", kTwo, "1|x, y/2|z", 2},
      {"with_apostrophes", "a,b\n1,'it's here, now'\n2,'that's all, it's'\n3,'x'\n", kTwo,
       "1|it's here, now/2|that's all, it's/3|x", 3},
      {"in_the_header", "'a','b'\n1,'x, y, z'\n2,'w'\n", kTwo, "1|x, y, z/2|w", 2},
      {"semicolons", "a;b\n1;'x; y'\n2;'z; w'\n", kTwo, "1|x; y/2|z; w", 2},
      {"apostrophes_alone", "a,b\n1,it's\n2,rock 'n' roll\n3,'tis\n", kTwo, "1|it's/2|rock 'n' roll/3|'tis", 3},
      {"bare_words_beside", "a,b,c\n1,men's,'x, y'\n2,kids,'z, w'\n", "a:BIGINT, b:VARCHAR, c:VARCHAR",
       "1|men's|x, y/2|kids|z, w", 2},
  };
}

std::vector<Good> Headers() {
  const std::string numbers = "n:VARCHAR, x:BIGINT, y:BIGINT";
  return {
      {"twice", "n,x,y\nn,x,y\na,1,2\nb,3,4\n", numbers, "a|1|2/b|3|4", 2, {"1 row that repeats the header was left out (line 2)"}},
      {"again_in_the_middle", "n,x,y\na,1,2\nn,x,y\nb,3,4\n", numbers, "a|1|2/b|3|4", 2, {"repeats the header"}},
      {"again_twice", "n,x,y\na,1,2\nn,x,y\nb,3,4\nn,x,y\nc,5,6\n", numbers, "a|1|2/b|3|4/c|5|6", 3, {"2 rows that repeat the header"}},
      {"again_behind_a_blank", "n,x,y\na,1,2\n\nn,x,y\nb,3,4\n", numbers, "a|1|2/b|3|4", 2, {"repeats the header"}},
      {"again_with_blanks", "n,x,y\na,1,2\nn , x,y\nb,3,4\n", numbers, "a|1|2/b|3|4", 2, {"repeats the header"}},
      {"texts_that_are_rows", "red,blue\nred,blue\nblue,red\nred,blue\n", "column_1:VARCHAR, column_2:VARCHAR",
       "red|blue/red|blue/blue|red/red|blue", 4, {"no header"}},

      {"two_rows", ",,2023,2024\nUnit,Staff,Total,Total\nN,5,60,64\nS,7,71,70\n",
       "Unit:VARCHAR, Staff:BIGINT, 2023 Total:BIGINT, 2024 Total:BIGINT", "N|5|60|64/S|7|71|70", 2, {"two lines"}},
      {"two_rows_merged", ",2023,,2024,\nUnit,Cost,Gain,Cost,Gain\nN,1,2,3,4\nS,5,6,7,8\n",
       "Unit:VARCHAR, 2023 Cost:BIGINT, 2023 Gain:BIGINT, 2024 Cost:BIGINT, 2024 Gain:BIGINT", "N|1|2|3|4/S|5|6|7|8", 2, {"two lines"}},
      {"two_rows_of_words", ",North,North,South\nitem,pcs,eur,pcs\na,1,2,3\nb,4,5,6\n",
       "item:VARCHAR, North pcs:BIGINT, North eur:BIGINT, South pcs:BIGINT", "a|1|2|3/b|4|5|6", 2, {"two lines"}},
      {"two_rows_below_a_title", "Report,,,\n,,2023,2024\nUnit,Staff,Total,Total\nN,5,60,64\nS,7,71,70\n",
       "Unit:VARCHAR, Staff:BIGINT, 2023 Total:BIGINT, 2024 Total:BIGINT", "N|5|60|64/S|7|71|70", 2, {"two lines", "1 line before"}},
      {"units_below", "site,mass,speed\n,kg,km/h\na,1,2\nb,3,4\n", "site:VARCHAR, mass (kg):BIGINT, speed (km/h):BIGINT",
       "a|1|2/b|3|4", 2, {"units"}},
      {"a_word_in_the_first_row_is_a_row", "name,score\nAnn,high\nBob,3\nCy,4\n", "name:VARCHAR, score:VARCHAR", "Ann|high/Bob|3/Cy|4", 3},

      {"title_with_commas", "Made as New, Sample 4 by Ann, Monday, May 6 2024\nwave,absorb\n400,0.5\n401,0.7\n",
       "wave:BIGINT, absorb:DOUBLE", "400|0.5/401|0.7", 2, {"1 line before the table"}},
      {"title_as_wide", "Sales report of the north, May 2024\nshop,amount\na,1\nb,2\n", "shop:VARCHAR, amount:BIGINT", "a|1/b|2", 2, {"1 line before"}},
      {"two_titles", "Sales, all shops, in euro\nprinted, on Monday, by Ann\nshop,qty,amount\na,1,2\nb,3,4\n",
       "shop:VARCHAR, qty:BIGINT, amount:BIGINT", "a|1|2/b|3|4", 2, {"2 lines before"}},
      {"title_narrower", "Sales, 2024\nshop,qty,amount\na,1,2\nb,3,4\n", "shop:VARCHAR, qty:BIGINT, amount:BIGINT", "a|1|2/b|3|4", 2, {"1 line before"}},
      {"title_wider_with_semicolons", "Export; of; all; shops\nshop;amount\na;1\nb;2\n", "shop:VARCHAR, amount:BIGINT", "a|1/b|2", 2, {"1 line before"}},
  };
}

std::vector<Good> Widths() {
  return {
      {"one_row_wider", "a,b,c\nx,1,2,z\n", "a:VARCHAR, b:BIGINT, c:BIGINT, column_4:VARCHAR", "x|1|2|z", 1, {"header 3 names", kUnnamed}},
      {"all_wider", "id,name\n1,x,7\n2,y,8\n3,z,9\n", "id:BIGINT, name:VARCHAR, column_3:BIGINT", "1|x|7/2|y|8/3|z|9", 3, {"header 2 names", kUnnamed}},
      {"half_wider", "a,b\nx,1,5\ny,2,6\nz,3\n", "a:VARCHAR, b:BIGINT, column_3:BIGINT", "x|1|5/y|2|6/z|3|", 3, {"header 2 names", "fewer than 3", kUnnamed}},
      {"ragged", "id,name,age\n1,Ann\n2,Bo,31,tall\n", "id:BIGINT, name:VARCHAR, age:BIGINT, column_4:VARCHAR", "1|Ann||/2|Bo|31|tall", 2,
       {"header 3 names", "1 row with fewer", kUnnamed}},
      {"delimiter_at_every_end", "a,b\n1,x,\n2,y,\n3,z,\n", kTwo, "1|x/2|y/3|z", 3},
      {"delimiter_at_the_header's_end", "a,b,\n1,x\n2,y\n", kTwo, "1|x/2|y", 2},
      {"header_wider", "a,b,c\n1,x\n2,y\n", "a:BIGINT, b:VARCHAR, c:VARCHAR", "1|x|/2|y|", 2, {"2 rows with fewer than 3 cells"}},

      {"row_names_of_r", "\"x\";\"y\";\"s\"\n\"Org\";1;2;\"OK\"\n\"v1\";3;4;\"NO\"\n\"v2\";5;6;\"OK\"\n",
       "column_1:VARCHAR, x:BIGINT, y:BIGINT, s:VARCHAR", "Org|1|2|OK/v1|3|4|NO/v2|5|6|OK", 3, {"names the rows", kUnnamed}},
      {"row_numbers_of_r", "x,y\n1,5.5,a\n2,6.5,b\n3,7.5,c\n", "column_1:BIGINT, x:DOUBLE, y:VARCHAR", "1|5.5|a/2|6.5|b/3|7.5|c", 3, {"names the rows", kUnnamed}},
      {"rows_shifted", "a,b\n,1,x\n,2,y\n", "column_1:VARCHAR, a:BIGINT, b:VARCHAR", "|1|x/|2|y", 2, {"names the rows", kUnnamed}},
      {"row_names_by_the_dates", "date,amount\nr1,2024-01-02,5\nr2,2024-01-03,6\n", "column_1:VARCHAR, date:DATE, amount:BIGINT",
       "r1|2024-01-02|5/r2|2024-01-03|6", 2, {"names the rows", kUnnamed}},
      {"an_id_is_no_row_name", "id,amount\n1,5,x\n2,6,y\n", "id:BIGINT, amount:BIGINT, column_3:VARCHAR", "1|5|x/2|6|y", 2, {"header 2 names", kUnnamed}},
  };
}

std::vector<Good> Strays() {
  const std::string kThree = "a:VARCHAR, b:BIGINT, c:DATE";
  const std::string row = "x,1,2024-01-02\n";
  const std::string cells = "x|1|2024-01-02";
  return {
      {"delimiters_only", "a,b,c\n" + row + ",,\n" + row + ",,\n,,\n", kThree, cells + "/" + cells, 2, {"3 rows without any value were left out (lines 3, 5 and 6)"}},
      {"delimiters_at_the_end", "a,b,c\n" + row + row + ",,\n", kThree, cells + "/" + cells, 2, {"1 row without any value"}},
      {"delimiters_at_the_top", ",,\n,,\na,b,c\n" + row, kThree, cells, 1, {"before the table"}},
      {"blanks_between", "a,b,c\n" + row + " , ,\n" + row, kThree, cells + "/" + cells, 2, {"without any value"}},
      {"quoted_nothing", "a,b,c\n" + row + "\"\",\"\",\"\"\n" + row, kThree, cells + "/" + cells, 2, {"without any value"}},
      {"more_delimiters", "a,b,c\n" + row + ",,,,\n" + row, kThree, cells + "/" + cells, 2, {"without any value"}},

      {"another_table", "a,b\n1,x\n2,y\n\nshop,qty,day\nm,5,2024-01-02\nn,6,2024-01-03\n", kTwo, "1|x/2|y", 2, {"Another table begins at line 5; 3 lines were left out"}},
      {"another_of_the_same_width", "a,b\n1,x\n2,y\n\nprice,item\n5.5,m\n6.5,n\n", kTwo, "1|x/2|y", 2, {"line 5"}},
      {"another_below_a_title", "a,b,c\n1,x,2\n2,y,3\n\nStock\nitem,left\nm,5\nn,6\n", "a:BIGINT, b:VARCHAR, c:BIGINT", "1|x|2/2|y|3", 2, {"line 6", "single cell"}, 1},
      {"another_behind_delimiters", "a,b,c\n1,x,2\n2,y,3\n,,\nitem,left,\nm,5,\nn,6,\n", "a:BIGINT, b:VARCHAR, c:BIGINT", "1|x|2/2|y|3", 2, {"line 5", "without any value"}},
      {"another_narrower", "a,b,c\n1,x,2\n2,y,3\n\nitem,left\nm,5\nn,6\n", "a:BIGINT, b:VARCHAR, c:BIGINT", "1|x|2/2|y|3", 2, {"line 5"}},
      {"a_blank_line_is_no_end", "a,b\n1,x\n\n2,y\n3,z\n", kTwo, "1|x/2|y/3|z", 3},

      {"comments", "# hand made\na,b\n1,x\n# half\n2,y\n", kTwo, "1|x/2|y", 2, {"1 line before", "begins with #"}},
      {"comments_with_commas", "a,b\n1,x\n2,y\n3,z\n# checked, twice\n4,w\n5,v\n6,u\n", kTwo, "1|x/2|y/3|z/4|w/5|v/6|u", 6, {"1 line that begins with # was left out (line 5)"}},
      {"comment_as_header", "# a,b\n1,x\n2,y\n3,z\n4,x\n5,z\n", kTwo, "1|x/2|y/3|z/4|x/5|z", 5},
      {"comment_at_the_end", "a,b\n1,x\n2,y\n# the end\n", kTwo, "1|x/2|y", 2, {"begins with #"}},
      {"several_comments", "# one\n# two\na,b,c\n1,x,2\n# three\n2,y,3\n", "a:BIGINT, b:VARCHAR, c:BIGINT", "1|x|2/2|y|3", 2, {"2 lines before", "begins with #"}},
      {"tags_are_no_comments", "a,b\n1,x\n2,y\n#3,z\n#4,w\n", "a:VARCHAR, b:VARCHAR", "1|x/2|y/#3|z/#4|w", 4},
  };
}

TEST(IngestLayouts, LoneQuotesSwallowNothing) { ExpectTables(LoneQuotes()); }
TEST(IngestLayouts, SingleQuotesAreQuotes) { ExpectTables(SingleQuotes()); }
TEST(IngestLayouts, HeadersAreFound) { ExpectTables(Headers()); }
TEST(IngestLayouts, RowsSayHowWideTheTableIs) { ExpectTables(Widths()); }
TEST(IngestLayouts, WhatIsNoRowIsLeftOut) { ExpectTables(Strays()); }

}  // namespace
}  // namespace tabletalk::runner
